using System.Collections.Immutable;
using System.Globalization;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using BpfScript.Compiler.Diagnostics;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>Parse tree of an expression to <see cref="ExpressionSyntax"/>. Is only given trees that were parsed without an error.
/// ANTLR's visitors are not used: they dispatch through generic virtual methods, which a NativeAOT binary resolves slowly the first time.</summary>
internal sealed class ExpressionBuilder(DiagnosticBag diagnostics)
{
    /// <summary>Operators that one statement may have: a chain of them becomes a tree as high as it is long, and later phases walk it recursively.</summary>
    private const int MaxOperators = 1000;

    private int _operators;

    /// <summary>Builds an expression of a new statement.</summary>
    public ExpressionSyntax Build(ExpressionContext context)
    {
        _operators = 0;
        return BuildExpression(context);
    }

    public TypeSyntax BuildType(TypeContext context)
    {
        ITerminalNode[] words = context.IDENTIFIER();
        string name = words.Length == 1 ? words[0].GetText() : string.Join(' ', words.Select(word => word.GetText()).Where(word => word != "const"));
        ArrayLengthContext? array = context.arrayLength();
        return new TypeSyntax(context.Span(), name, context.STRUCT() is not null, context.UNION() is not null, context.ENUM() is not null,
            context.STAR().Length, array?.expression() is { } length ? BuildExpression(length) : null)
        { IsArray = array is not null };
    }

    private ExpressionSyntax BuildExpression(ExpressionContext context)
    {
        ExpressionSyntax condition = BuildBinary(context.binary());
        if (context.QUESTION() is null)
            return condition;
        Count(context.Start, 1);
        ExpressionContext[] branches = context.expression();
        ExpressionSyntax? then = branches.Length == 2 ? BuildExpression(branches[0]) : null;
        return new ConditionalSyntax(context.Span(), condition, then, BuildExpression(branches[^1]));
    }

    /// <summary>Children are operand, operator, operand and so on.</summary>
    private ExpressionSyntax BuildBinary(BinaryContext context)
    {
        Count(context.Start, context.ChildCount / 2);
        int position = 0;
        ExpressionSyntax left = BuildUnary((UnaryContext)context.GetChild(0));
        return Climb(context, ref position, left, minPrecedence: 1);
    }

    /// <summary>Precedence climbing: joins to <paramref name="left"/>, the operand at <paramref name="position"/>, all that follows with
    /// operators of at least <paramref name="minPrecedence"/>.</summary>
    private ExpressionSyntax Climb(BinaryContext context, ref int position, ExpressionSyntax left, int minPrecedence)
    {
        while (OperatorAfter(context, position) is { } operation && Operators.Precedence(operation) >= minPrecedence)
        {
            position += 2;
            ExpressionSyntax right = BuildUnary((UnaryContext)context.GetChild(position));
            right = Climb(context, ref position, right, Operators.Precedence(operation) + 1);
            left = new BinarySyntax(SourceSpan.Cover(left.Span, right.Span), operation, left, right);
        }
        return left;
    }

    private static BinaryOperator? OperatorAfter(BinaryContext context, int position) =>
        position + 1 < context.ChildCount ? Operators.Binary(((ITerminalNode)context.GetChild(position + 1)).Symbol.Type) : null;

    private ExpressionSyntax BuildUnary(UnaryContext context)
    {
        Count(context.Start, context.ChildCount - 1);
        PrefixContext[] prefixes = context.prefix();
        ExpressionSyntax result = BuildPrimary(context.primary());
        for (int i = prefixes.Length + 1; i < context.ChildCount; i++)
            result = ApplySuffix(result, (SuffixContext)context.GetChild(i));
        for (int i = prefixes.Length - 1; i >= 0; i--)
            result = ApplyPrefix(prefixes[i], result);
        return result;
    }

    private ExpressionSyntax ApplyPrefix(PrefixContext context, ExpressionSyntax operand)
    {
        SourceSpan span = SourceSpan.Cover(context.Span(), operand.Span);
        if (context is CastPrefixContext cast)
            return new CastSyntax(span, BuildType(cast.type()), operand);
        return context.Start.Type is INCREMENT or DECREMENT
            ? Increment(span, context.Start, operand, isPrefix: true)
            : new UnarySyntax(span, Operators.Unary(context.Start.Type), operand);
    }

    private ExpressionSyntax ApplySuffix(ExpressionSyntax target, SuffixContext context)
    {
        SourceSpan span = SourceSpan.Cover(target.Span, context.Span());
        switch (context)
        {
            case IncrementSuffixContext:
                return Increment(span, context.Start, target, isPrefix: false);
            case MemberSuffixContext or ArrowSuffixContext:
                return new MemberSyntax(span, target, context.Stop.Text, context.Stop.Span(), context is ArrowSuffixContext);
            default:
                ImmutableArray<ExpressionSyntax> keys = BuildList(context, allowTrailingComma: false);
                if (target is MapSyntax { Keys: null } map && map.Span.Length == map.Name.Length)
                    return map with { Span = span, Keys = keys };
                if (keys.Length > 1)
                    diagnostics.Report(DiagnosticCatalog.SeveralIndexes, context.Span());
                return new IndexSyntax(span, target, keys[0]);
        }
    }

    private IncrementSyntax Increment(SourceSpan span, IToken operation, ExpressionSyntax target, bool isPrefix)
    {
        if (target is not (VariableSyntax or MapSyntax))
            diagnostics.Report(DiagnosticCatalog.InvalidIncrementTarget, span, operation.Text);
        return new IncrementSyntax(span, target, operation.Type == DECREMENT, isPrefix);
    }

    private ExpressionSyntax BuildPrimary(PrimaryContext context) => context switch
    {
        IntegerLiteralContext => BuildInteger(context),
        StringLiteralContext => StringLiteral.Parse(context.Start.Text, context.Start.StartIndex, diagnostics),
        BooleanLiteralContext => new BooleanLiteralSyntax(context.Span(), context.Start.Type == TRUE),
        PositionalContext => BuildPositional(context),
        PositionalCountContext => new PositionalCountSyntax(context.Span()),
        VariableContext => new VariableSyntax(context.Span(), context.Start.Text[1..]),
        MapContext => new MapSyntax(context.Span(), context.Start.Text, null),
        NameOrCallContext nameOrCall => BuildNameOrCall(nameOrCall),
        ParenthesisContext parenthesis => BuildParenthesis(parenthesis),
        _ => throw new ArgumentOutOfRangeException(nameof(context)),
    };

    private IntegerLiteralSyntax BuildInteger(PrimaryContext context)
    {
        SourceSpan span = context.Span();
        ulong value = IntegerLiteral.Parse(context.Start.Text, span, diagnostics);
        return new IntegerLiteralSyntax(span, value, value > long.MaxValue);
    }

    private PositionalSyntax BuildPositional(PrimaryContext context)
    {
        if (!int.TryParse(context.Start.Text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index == 0)
            diagnostics.Report(DiagnosticCatalog.InvalidPositional, context.Span(), context.Start.Text);
        return new PositionalSyntax(context.Span(), index);
    }

    private ExpressionSyntax BuildNameOrCall(NameOrCallContext context)
    {
        string name = context.Start.Text;
        return context.arguments() is { } arguments
            ? new CallSyntax(context.Span(), name, context.Start.Span(), BuildList(arguments, allowTrailingComma: false))
            : new NameSyntax(context.Span(), name);
    }

    /// <summary>Parentheses leave no node; the span of what they hold grows to include them. A comma makes a tuple.</summary>
    private ExpressionSyntax BuildParenthesis(ParenthesisContext context)
    {
        ImmutableArray<ExpressionSyntax> elements = BuildList(context, allowTrailingComma: true);
        return elements.Length == 1 && context.COMMA().Length == 0
            ? elements[0] with { Span = context.Span() }
            : new TupleSyntax(context.Span(), elements);
    }

    /// <summary>The expressions among the children of a bracketed list, which begins and ends with its brackets. Reports commas without an expression
    /// after them.</summary>
    private ImmutableArray<ExpressionSyntax> BuildList(ParserRuleContext context, bool allowTrailingComma)
    {
        var list = ImmutableArray.CreateBuilder<ExpressionSyntax>(context.ChildCount / 2);
        for (int i = 1; i < context.ChildCount - 1; i++)
        {
            if (context.GetChild(i) is ExpressionContext expression)
            {
                list.Add(BuildExpression(expression));
                continue;
            }
            bool isLast = i == context.ChildCount - 2;
            if (context.GetChild(i + 1) is ITerminalNode next && !(isLast && allowTrailingComma))
                diagnostics.Report(DiagnosticCatalog.ExpectedExpression, next.Symbol.Span(), $"'{next.Symbol.Text}'");
        }
        return list.ToImmutable();
    }

    private void Count(IToken at, int operators)
    {
        _operators += operators;
        if (_operators > MaxOperators)
            throw new TooComplexException(at);
    }
}
