// The BpfScript language. grammar/generate turns this file into src/Compiler/Syntax/Generated/.
//
// Every decision takes one token of lookahead, so that the generated parser is a set of switches and never has to
// simulate the grammar: a one-liner is parsed in about a millisecond after the process starts. Three rules keep it so:
//
//  * Binary operators are a flat list here; Operators.cs gives them their precedence.
//  * ScriptTokens.cs, between lexer and parser, gives three tokens their meaning by what follows them:
//      '/' before '{'               becomes PREDICATE_END
//      '(' of a cast such as (T)x   becomes CAST_OPEN
//      '}' after a statement        gets a ';' of no width before it
//  * A list with an optional last comma takes any element as optional; ScriptBuilder.cs reports holes.
grammar BpfScript;

options { superClass = ScriptParserBase; contextSuperClass = ScriptRuleContext; }

tokens { CAST_OPEN, PREDICATE_END }

script
    : probe* EOF
    ;

probe
    : attachPoint (',' attachPoint?)* predicate? block
    ;

// Free-form text up to ',' '/' or '{', split at its colons by the builder. A path stands in one PATH token, colons included.
attachPoint
    : ~(',' | '/' | '{' | '}' | ';' | PREDICATE_END | UNTERMINATED_STRING | UNTERMINATED_COMMENT)+
    ;

predicate
    : '/' expression PREDICATE_END
    ;

block
    : '{' statement* '}'
    ;

statement
    : ';'                                                                       # emptyStatement
    | block                                                                     # blockStatement
    | conditional                                                               # ifStatement
    | 'while' expression block                                                  # whileStatement
    | 'unroll' expression block                                                 # unrollStatement
    | 'let' VARIABLE (':' type)? ('=' expression)? ';'                          # letStatement
    | ('break' | 'continue') ';'                                                # jumpStatement
    | 'return' expression? ';'                                                  # returnStatement
    | expression (assignmentOperator expression)? ';'                           # simpleStatement
    ;

conditional
    : 'if' expression block ('else' (conditional | block))?
    ;

assignmentOperator
    : '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>='
    ;

expression
    : binary ('?' expression? ':' expression)?
    ;

binary
    : unary (('*' | '/' | '%' | '+' | '-' | '<<' | '>>' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '=~' | '!~'
            | '&' | '^' | '|' | '&&' | '||') unary)*
    ;

unary
    : prefix* primary suffix*
    ;

prefix
    : ('++' | '--' | '*' | '&' | '!' | '~' | '-')                               # prefixOperator
    | CAST_OPEN type ')'                                                        # castPrefix
    ;

suffix
    : ('++' | '--')                                                             # incrementSuffix
    | '.' (memberName | INTEGER)                                                # memberSuffix
    | '->' memberName                                                           # arrowSuffix
    | '[' expression (',' expression?)* ']'                                     # indexSuffix
    ;

// A C field may be called what is a keyword here only.
memberName
    : IDENTIFIER | 'let' | 'unroll' | 'true' | 'false'
    ;

primary
    : INTEGER                                                                   # integerLiteral
    | STRING                                                                    # stringLiteral
    | ('true' | 'false')                                                        # booleanLiteral
    | POSITIONAL                                                                # positional
    | POSITIONAL_COUNT                                                          # positionalCount
    | VARIABLE                                                                  # variable
    | MAP                                                                       # map
    | IDENTIFIER arguments?                                                     # nameOrCall
    | '(' (expression (',' expression?)*)? ')'                                  # parenthesis
    ;

arguments
    : '(' (expression (',' expression?)*)? ')'
    ;

type
    : ('struct' | 'union' | 'enum')? IDENTIFIER+ '*'* arrayLength?
    ;

arrayLength
    : '[' expression? ']'
    ;

// ---- tokens

LET      : 'let' ;
IF       : 'if' ;
ELSE     : 'else' ;
WHILE    : 'while' ;
UNROLL   : 'unroll' ;
BREAK    : 'break' ;
CONTINUE : 'continue' ;
RETURN   : 'return' ;
TRUE     : 'true' ;
FALSE    : 'false' ;
STRUCT   : 'struct' ;
UNION    : 'union' ;
ENUM     : 'enum' ;

LBRACE : '{' ;
RBRACE : '}' ;
LPAREN : '(' ;
RPAREN : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
SEMICOLON : ';' ;
COMMA : ',' ;
COLON : ':' ;
QUESTION : '?' ;
DOT : '.' ;
ARROW : '->' ;

ASSIGN : '=' ;
PLUS_ASSIGN : '+=' ;
MINUS_ASSIGN : '-=' ;
STAR_ASSIGN : '*=' ;
SLASH_ASSIGN : '/=' ;
PERCENT_ASSIGN : '%=' ;
AND_ASSIGN : '&=' ;
OR_ASSIGN : '|=' ;
XOR_ASSIGN : '^=' ;
LEFT_ASSIGN : '<<=' ;
RIGHT_ASSIGN : '>>=' ;

INCREMENT : '++' ;
DECREMENT : '--' ;
NOT : '!' ;
TILDE : '~' ;

STAR : '*' ;
SLASH : '/' ;
PERCENT : '%' ;
PLUS : '+' ;
MINUS : '-' ;
LEFT_SHIFT : '<<' ;
RIGHT_SHIFT : '>>' ;
LESS : '<' ;
LESS_EQUAL : '<=' ;
GREATER : '>' ;
GREATER_EQUAL : '>=' ;
EQUAL : '==' ;
NOT_EQUAL : '!=' ;
MATCH : '=~' ;
NOT_MATCH : '!~' ;
AND : '&' ;
XOR : '^' ;
OR : '|' ;
LOGICAL_AND : '&&' ;
LOGICAL_OR : '||' ;

// What stands in a number is checked by IntegerLiteral.cs, which can say what is wrong with it.
INTEGER : [0-9] [0-9a-zA-Z_]* ;
IDENTIFIER : [a-zA-Z_] [a-zA-Z0-9_]* ;
VARIABLE : '$' [a-zA-Z_] [a-zA-Z0-9_]* ;
POSITIONAL : '$' [0-9]+ ;
POSITIONAL_COUNT : '$#' ;
MAP : '@' ([a-zA-Z_] [a-zA-Z0-9_]*)? ;

// The second part of an attach point when it is a path: ':/bin/bash' up to and with the next colon if there is one,
// or ':lib/libc.so:' (then the colon must be there: kprobe:f/pid/ is a predicate). No expression has a ':' before a '/'.
PATH
    : ':' '/' ~[ \t\r\n,:{}"]* ':'?
    | ':' [a-zA-Z0-9_.\-+~$*#@!%]+ '/' [a-zA-Z0-9_.\-+~$*#@!%/]* ':'
    ;

STRING : '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"' ;
UNTERMINATED_STRING : '"' ('\\' ~[\r\n] | ~["\\\r\n])* '\\'? ;

SHEBANG : '#!' ~[\r\n]* -> skip ;
SPACE : [ \t\r\n\f\u00A0\uFEFF]+ -> skip ;
LINE_COMMENT : '//' ~[\r\n]* -> skip ;
BLOCK_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'+ '/' -> skip ;
UNTERMINATED_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'* ;

// Everything else, so that the lexer never fails: attach points may have it ('#', '\'), statements report it.
STRAY : . ;
