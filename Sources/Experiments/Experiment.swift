import Diagnostics
package import Schema
import Values

/// An experiment: the models that were served while it ran, their results, and notes.
///
/// Its file is `experiments/<id>.json`, with the members that the design document defines.
package struct Experiment: Record {
  package var id: Located<String>?
  package var description: Located<String>?
  package var started: Located<String>?
  package var stopped: Located<String>?
  package var models: Located<[Pair<String, [Located<ServedModel>]>]>?
  package var results: Located<[Pair<String, [Located<ExperimentResult>]>]>?
  package var notes: Located<[Located<ExperimentNote>]>?

  package init() {}

  /// Creates an empty experiment.
  ///
  /// - Parameter started: The start time, as written by `Clock.timestamp()`.
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
      "The name of the experiment and of its file: the start time in UTC."),
    Field(
      "description", \.description, .text(multiline: true), required: true,
      "The question that the experiment is to answer."),
    Field("started", \.started, .time, required: true, "The start time."),
    Field("stopped", \.stopped, .time, default: "still running", "The end time."),
    Field(
      "models", \.models, .map(from: .modelName, to: .list(of: .record(ServedModel.self))),
      required: true, "The served configurations by model; each is listed once."),
    Field(
      "results", \.results, .map(from: .modelName, to: .list(of: .record(ExperimentResult.self))),
      required: true, "The results by model, in the order in which they were logged."),
    Field(
      "notes", \.notes, .list(of: .record(ExperimentNote.self)), required: true,
      "The notes, in the order in which they were written."),
  ])
}

/// A configuration in which a model was served: all that amm knows and a result may depend on.
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
      "The id in results: the first digits of the SHA-256 of all other members except 'time'."),
    Field("time", \.time, .time, required: true, "The time when it was first seen."),
    Field("instance", \.instance, .text(), required: true, "The instance that served it."),
    Field("profile", \.profile, .text(), required: true, "The path of the profile."),
    Field(
      "profile_hash", \.profileHash, .hash(digits: 64), required: true,
      "The SHA-256 of the profile's file."),
    Field("runtime", \.runtime, .text(), required: true, "The runtime."),
    Field(
      "model", \.model, .text(), required: true, "The model's name at its source."),
    Field(
      "revision", \.revision, .text(), default: "unknown",
      "The branch, tag or commit of its files."),
    Field("image", \.image, .text(), required: true, "The container image."),
    Field(
      "image_digest", \.imageDigest, .text(), default: "unknown",
      "The digest of the image on this machine."),
    Field(
      "devices", \.devices, .list(of: .text()), required: true,
      "The GPUs as Podman names them, or 'cpu'."),
    Field("amm", \.amm, .text(), required: true, "The version of amm."),
  ])
}

/// A score of a model, logged by a person or measured by a program.
package struct ExperimentResult: Record {
  /// Whether higher or lower scores are better.
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
    Field("time", \.time, .time, default: "unknown", "The time when it was logged."),
    Field("task", \.task, .text(), required: true, "The name of the task."),
    Field("metric", \.metric, .text(), default: "score", "The name of the metric."),
    Field("score", \.score, .score, required: true, "The value of the metric."),
    Field("unit", \.unit, .text(), default: "none", "The unit of the score."),
    Field(
      "better", \.better, .choice(), default: "higher",
      "Whether higher or lower scores are better."),
    Field(
      "interval", \.interval, section: ScoreInterval.self, "The confidence interval of the score."),
    Field(
      "samples", \.samples, .integer(), default: "unknown",
      "The number of measurements that the score is computed from."),
    Field(
      "tool", \.tool, .text(), default: "a person logged it",
      "The program that measured it, with its version."),
    Field(
      "report", \.report, .text(), default: "none",
      "The path of the file with all measurements, relative to the workspace."),
    Field(
      "served", \.servedModel, .hash(digits: 12), default: "unknown",
      "The measured configuration: the 'id' of an item of 'models'."),
  ])
}

/// A confidence interval.
package struct ScoreInterval: Record {
  package var lower: Located<Double>?
  package var upper: Located<Double>?
  package var level: Located<Double>?

  package init() {}

  /// - Parameter level: The share of such intervals that contain the true score, such as 0.95.
  package init(lower: Double, upper: Double, level: Double = 0.95) {
    self.lower = .written(lower)
    self.upper = .written(upper)
    self.level = .written(level)
  }

  package static let fields = FieldTable<ScoreInterval, Never>([
    Field("lower", \.lower, .score, required: true, "The lower end."),
    Field("upper", \.upper, .score, required: true, "The upper end."),
    Field(
      "level", \.level, .number(0...1, aboveLower: true, belowUpper: true), default: "0.95",
      "The share of such intervals that contain the true score."),
  ])
}

/// A note of an experiment.
package struct ExperimentNote: Record {
  package var time: Located<String>?
  package var text: Located<String>?

  package init() {}

  /// Creates a note with a time (ISO 8601, UTC).
  package init(_ text: String, time: String) {
    self.time = .written(time)
    self.text = .written(text)
  }

  package static let fields = FieldTable<ExperimentNote, Never>([
    Field("time", \.time, .time, required: true, "The time when it was written."),
    Field("text", \.text, .text(multiline: true), required: true, "The text of the note."),
  ])
}

extension Located {
  /// A value that amm created, and that is not in a file yet.
  package static func written(_ value: Value) -> Located { Located(value, .fileStart) }
}
