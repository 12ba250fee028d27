package import Diagnostics
import Schema
package import Values
import YAML

extension Experiment {
  /// The limits of an experiment's file: it is read in a second with tens of thousands of results.
  package enum Limits {
    /// The largest file that is read, in bytes.
    package static let bytes = 16 << 20
    /// The largest number of values in a file.
    package static let nodes = 2_000_000
  }

  /// Reads an experiment from a JSON file, or reports what is wrong with the file.
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

  /// The experiment as plain data.
  package var value: Value { Self.fields.plain(self) }

  /// The text of the experiment's file.
  package var text: String { JSON.text(value) }

  /// The JSON Schema of an experiment's file.
  package static var jsonSchema: Value {
    fields.document(title: "amm experiment", id: "urn:amm:schema:experiment")
  }
}
