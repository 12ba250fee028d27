package import Diagnostics
import Schema
package import Values
import YAML

extension Experiment {
  /// Bounds of an experiment's file: tens of thousands of results, and still read in a second.
  package enum Limits {
    /// The largest file that is read, in bytes.
    package static let bytes = 16 << 20
    /// The most values that a file may hold.
    package static let nodes = 2_000_000
  }

  /// The experiment in a JSON file, or what is wrong with the file.
  package static func read(_ source: SourceFile) -> Outcome<Experiment> {
    let source = Composer.plain(json: source)
    return Composer.compose(json: source, byteLimit: Limits.bytes, nodeLimit: Limits.nodes).then {
      node in
      let collector = DiagnosticCollector(source)
      let experiment = Experiment.read(node, collector)
      collector.refuseSecrets(byFormOnly: true)
      return Outcome(experiment, collector.diagnostics)
    }
  }

  /// As plain data.
  package var value: Value { Self.fields.plain(self) }

  /// As its file has it.
  package var text: String { JSON.text(value) }

  /// The JSON Schema of an experiment's file.
  package static var jsonSchema: Value {
    fields.document(title: "amm experiment", id: "urn:amm:schema:experiment")
  }
}
