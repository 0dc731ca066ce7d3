using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("BpfScript.Runtime.Tests")]
