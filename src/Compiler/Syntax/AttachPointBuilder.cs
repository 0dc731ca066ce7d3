using System.Collections.Immutable;
using System.Text;
using Antlr4.Runtime;
using Antlr4.Runtime.Tree;
using BpfScript.Compiler.Diagnostics;
using static BpfScript.Compiler.Syntax.Generated.BpfScriptParser;

namespace BpfScript.Compiler.Syntax;

/// <summary>Splits an attach point at its colons. Its text is free-form, so its tokens mean nothing but their characters; spaces may stand
/// around colons only.</summary>
internal sealed class AttachPointBuilder(SourceText source, DiagnosticBag diagnostics)
{
    private readonly ImmutableArray<AttachPointPart>.Builder _parts = ImmutableArray.CreateBuilder<AttachPointPart>();
    private readonly StringBuilder _text = new();
    private int _partStart, _partEnd;

    public AttachPointSyntax Build(AttachPointContext context)
    {
        _parts.Clear();
        BeginPart(context.Start.StartIndex);
        for (int i = 0; i < context.ChildCount; i++)
        {
            IToken token = ((ITerminalNode)context.GetChild(i)).Symbol;
            switch (token.Type)
            {
                case COLON:
                    EndPart();
                    BeginPart(token.StopIndex + 1);
                    break;
                case PATH:
                    AddPath(token);
                    break;
                default:
                    if (_partEnd > _partStart && token.StartIndex > _partEnd)
                    {
                        diagnostics.Report(DiagnosticCatalog.SpaceInAttachPoint, token.Span(),
                            source.Text[context.Start.StartIndex.._partEnd], token.Text);
                        return new AttachPointSyntax(context.Span(), []);
                    }
                    AddText(token);
                    break;
            }
        }
        EndPart();
        return new AttachPointSyntax(context.Span(), _parts.ToImmutable());
    }

    /// <summary><c>:/bin/bash:</c> ends a part, is one, and begins one; without the second colon it is the part's beginning.</summary>
    private void AddPath(IToken token)
    {
        EndPart();
        bool isClosed = token.Text.Length > 1 && token.Text[^1] == ':';
        BeginPart(token.StartIndex + 1);
        _text.Append(token.Text.AsSpan(1, token.Text.Length - (isClosed ? 2 : 1)));
        _partEnd = token.StopIndex + (isClosed ? 0 : 1);
        if (isClosed)
        {
            EndPart();
            BeginPart(token.StopIndex + 1);
        }
    }

    private void AddText(IToken token)
    {
        if (_partEnd == _partStart)
            _partStart = token.StartIndex;
        if (token.Type == STRING)
            _text.Append(StringLiteral.Parse(token.Text, token.StartIndex, diagnostics).Value);
        else
            _text.Append(token.Text);
        _partEnd = token.StopIndex + 1;
    }

    private void BeginPart(int start)
    {
        _text.Clear();
        _partStart = _partEnd = start;
    }

    private void EndPart() => _parts.Add(new AttachPointPart(new SourceSpan(_partStart, _partEnd - _partStart), _text.ToString()));
}
