using BpfScript.Compiler.Object;
using BpfScript.Compiler.Types;

namespace BpfScript.Runtime.Kubernetes;

/// <summary>The labels and annotations that a script asks for. No others are kept: an annotation may hold a whole manifest.</summary>
public sealed record PodKeys(IReadOnlySet<string> Labels, IReadOnlySet<string> Annotations)
{
    public static PodKeys Of(PodTableSpec spec)
    {
        var labels = new HashSet<string>();
        var annotations = new HashSet<string>();
        foreach (PodFieldType field in spec.Fields)
            Add(field);
        foreach (PodAtom atom in spec.Atoms)
            Add(atom.Field);
        return new PodKeys(labels, annotations);

        void Add(PodFieldType field)
        {
            if (field is { Field: PodField.Label, Key: { } label })
                labels.Add(label);
            if (field is { Field: PodField.Annotation, Key: { } annotation })
                annotations.Add(annotation);
        }
    }
}
