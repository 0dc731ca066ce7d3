namespace BpfScript.Runtime.Output;

/// <summary>Whoever read our output is gone (EPIPE: <c>kbt ... | head</c>). The run ends quietly, as if by Ctrl-C but without printing.</summary>
public sealed class OutputClosedException() : IOException("the reader of the output is gone");
