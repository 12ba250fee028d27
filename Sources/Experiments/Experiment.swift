import Diagnostics
package import Schema
import Values

/// An experiment: what was served while it ran, what came out, and what was noticed.
///
/// The file `experiments/<id>.json`, whose members are those of the design document.
package struct Experiment: Record {
  package var id: Located<String>?
  package var description: Located<String>?
  package var started: Located<String>?
  package var stopped: Located<String>?
  package var models: Located<[Pair<String, [Located<ServedModel>]>]>?
  package var results: Located<[Pair<String, [Located<ExperimentResult>]>]>?
  package var notes: Located<[Located<ExperimentNote>]>?

  package init() {}

  /// An experiment in which nothing happened yet.
  ///
  /// - Parameter started: The time it began, as `Clock.timestamp()` writes it.
  package init(id: String, description: String, started: String) {
    self.id = .written(id)
    self.description = .written(description)
    self.started = .written(started)
    models = .written([])
    results = .written([])
    notes = .written([])
  }

  package static let fields = FieldTable<Experiment, Never>([
    Field(
      "id", \.id, .experimentID, required: true,
      "The experiment's name, and its file's: the time it began, in UTC."),
    Field(
      "description", \.description, .text(multiline: true), required: true,
      "What is to be found out."),
    Field("started", \.started, .time, required: true, "When it began."),
    Field("stopped", \.stopped, .time, default: "it still runs", "When it ended."),
    Field(
      "models", \.models, .map(from: .modelName, to: .list(of: .record(ServedModel.self))),
      required: true, "What was served, by model: each configuration once."),
    Field(
      "results", \.results, .map(from: .modelName, to: .list(of: .record(ExperimentResult.self))),
      required: true, "What came out, by model, in the order it was logged."),
    Field(
      "notes", \.notes, .list(of: .record(ExperimentNote.self)), required: true,
      "What was noticed, in the order it was written."),
  ])
}

/// A model as it was served: everything that a result may depend on and that amm knows.
package struct ServedModel: Record {
  package var id: Located<String>?
  package var time: Located<String>?
  package var instance: Located<String>?
  package var profile: Located<String>?
  package var profileHash: Located<String>?
  package var runtime: Located<String>?
  package var model: Located<String>?
  package var revision: Located<String>?
  package var image: Located<String>?
  package var imageDigest: Located<String>?
  package var devices: Located<[Located<String>]>?
  package var amm: Located<String>?

  package init() {}

  package static let fields = FieldTable<ServedModel, Never>([
    Field(
      "id", \.id, .hash(digits: 12), required: true,
      "What results name it by: the beginning of the SHA-256 of all its members but 'time'."),
    Field("time", \.time, .time, required: true, "When it was first seen."),
    Field("instance", \.instance, .text(), required: true, "The instance that served it."),
    Field("profile", \.profile, .text(), required: true, "The profile, by its path."),
    Field(
      "profile_hash", \.profileHash, .hash(digits: 64), required: true,
      "The SHA-256 of the profile's file."),
    Field("runtime", \.runtime, .text(), required: true, "The server program."),
    Field(
      "model", \.model, .text(), required: true, "The model's name where it comes from."),
    Field(
      "revision", \.revision, .text(), default: "not known",
      "The branch, tag or commit of its files."),
    Field("image", \.image, .text(), required: true, "The container image."),
    Field(
      "image_digest", \.imageDigest, .text(), default: "not known",
      "The digest of that image on this machine."),
    Field(
      "devices", \.devices, .list(of: .text()), required: true,
      "The GPUs as Podman names them, or 'cpu'."),
    Field("amm", \.amm, .text(), required: true, "The release of amm."),
  ])
}

/// A score of a model, logged by a person or measured by a program.
package struct ExperimentResult: Record {
  /// Which of two scores is the better one.
  package enum Better: String, Sendable, CaseIterable { case higher, lower }

  package var time: Located<String>?
  package var task: Located<String>?
  package var metric: Located<String>?
  package var score: Located<Double>?
  package var unit: Located<String>?
  package var better: Located<Better>?
  package var interval: Located<ScoreInterval>?
  package var samples: Located<Int>?
  package var tool: Located<String>?
  package var report: Located<String>?
  package var servedModel: Located<String>?

  package init() {}

  package static let fields = FieldTable<ExperimentResult, Never>([
    Field("time", \.time, .time, default: "not known", "When it was logged."),
    Field("task", \.task, .text(), required: true, "What the model had to do."),
    Field("metric", \.metric, .text(), default: "score", "What was measured."),
    Field("score", \.score, .score, required: true, "The number that came out."),
    Field("unit", \.unit, .text(), default: "none", "What the score counts."),
    Field("better", \.better, .choice(), default: "higher", "Which scores are the better ones."),
    Field(
      "interval", \.interval, section: ScoreInterval.self, "Where the true score probably lies."),
    Field(
      "samples", \.samples, .integer(), default: "not known",
      "How many measurements the score stands for."),
    Field(
      "tool", \.tool, .text(), default: "a person logged it",
      "The program that measured it, with its release."),
    Field(
      "report", \.report, .text(), default: "none",
      "The file with all that was measured, by its path in the workspace."),
    Field(
      "served", \.servedModel, .hash(digits: 12), default: "not known",
      "What was measured: the 'id' of an item of 'models'."),
  ])
}

/// A confidence interval.
package struct ScoreInterval: Record {
  package var lower: Located<Double>?
  package var upper: Located<Double>?
  package var level: Located<Double>?

  package init() {}

  /// - Parameter level: The share of such intervals that hold the true score, such as 0.95.
  package init(lower: Double, upper: Double, level: Double = 0.95) {
    self.lower = .written(lower)
    self.upper = .written(upper)
    self.level = .written(level)
  }

  package static let fields = FieldTable<ScoreInterval, Never>([
    Field("lower", \.lower, .score, required: true, "Its lower end."),
    Field("upper", \.upper, .score, required: true, "Its upper end."),
    Field(
      "level", \.level, .number(0...1, aboveLower: true, belowUpper: true), default: "0.95",
      "The share of such intervals that hold the true score."),
  ])
}

/// Something that was noticed.
package struct ExperimentNote: Record {
  package var time: Located<String>?
  package var text: Located<String>?

  package init() {}

  /// A note of a time, by ISO 8601 in UTC.
  package init(_ text: String, time: String) {
    self.time = .written(time)
    self.text = .written(text)
  }

  package static let fields = FieldTable<ExperimentNote, Never>([
    Field("time", \.time, .time, required: true, "When it was written."),
    Field("text", \.text, .text(multiline: true), required: true, "The note."),
  ])
}

extension Located {
  /// A value that amm made itself, and that stands in no file yet.
  package static func written(_ value: Value) -> Located { Located(value, .fileStart) }
}
