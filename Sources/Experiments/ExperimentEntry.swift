import Schema
import Values

/// An entry to add to a running experiment.
package enum ExperimentEntry: Sendable {
  /// A configuration that is served, with the name of the model in results.
  case served(ServedModel, as: String)
  /// A result of a model, with the measured configuration; nil means the configuration seen last.
  case result(ExperimentResult, of: String, servedAs: ServedModel?)
  case note(ExperimentNote)
}

extension ServedModel {
  /// - Parameters:
  ///   - time: The time when it was seen.
  ///   - profile: The profile's path in the workspace, such as `coding/starcoder2`.
  ///   - profileHash: The SHA-256 of its file, 64 hexadecimal digits.
  ///   - devices: The GPUs as Podman names them; empty for the CPU.
  package init(
    time: String, instance: String, profile: String, profileHash: String, runtime: String,
    model: String, revision: String?, image: String, imageDigest: String?, devices: [String],
    amm: String
  ) {
    self.time = .written(time)
    self.instance = .written(instance)
    self.profile = .written(profile)
    self.profileHash = .written(profileHash)
    self.runtime = .written(runtime)
    self.model = .written(model)
    self.revision = revision.map { .written($0) }
    self.image = .written(image)
    self.imageDigest = imageDigest.map { .written($0) }
    self.devices = .written((devices.isEmpty ? ["cpu"] : devices).map { .written($0) })
    self.amm = .written(amm)
    id = .written(String(SHA256.digest(of: JSON.line(.set(content))).prefix(12)))
  }

  /// All members except `id` and `time`.
  private var content: [Value.Member] {
    guard case .set(let members) = Self.fields.plain(self) else { return [] }
    return members.filter { $0.name != "id" && $0.name != "time" }
  }

  /// Returns whether another configuration has all members of this one, and maybe others.
  fileprivate func isPart(of other: ServedModel) -> Bool {
    content.allSatisfy(other.content.contains)
  }
}

extension ExperimentResult {
  /// - Parameters:
  ///   - time: The time when it was logged, as written by `Clock.timestamp()`.
  ///   - score: A finite number.
  ///   - unit: The unit of the score, such as `tokens/s`.
  ///   - samples: The number of measurements that the score is computed from.
  ///   - tool: The program that measured it, with its version; nil for a person.
  ///   - report: The path of the file with all measurements, relative to the workspace.
  package init(
    time: String, task: String, metric: String, score: Double, unit: String? = nil,
    better: Better? = nil, interval: ScoreInterval? = nil, samples: Int? = nil,
    tool: String? = nil, report: String? = nil
  ) {
    self.time = .written(time)
    self.task = .written(task)
    self.metric = .written(metric)
    self.score = .written(score)
    self.unit = unit.map { .written($0) }
    self.better = better.map { .written($0) }
    self.interval = interval.map { .written($0) }
    self.samples = samples.map { .written($0) }
    self.tool = tool.map { .written($0) }
    self.report = report.map { .written($0) }
  }
}

extension Experiment {
  /// Adds an entry; existing results and notes do not change.
  package mutating func add(_ entry: ExperimentEntry) {
    switch entry {
    case .served(let served, let name): add(served, as: name)
    case .result(var result, let name, let served):
      if let served {
        add(served, as: name)
        result.servedModel = served.id
      } else {
        result.servedModel = lastServed(as: name)?.id
      }
      var pairs = results?.value ?? []
      pairs.append(result, under: name)
      results = .written(pairs)
    case .note(let note): notes = .written((notes?.value ?? []) + [.written(note)])
    }
  }

  /// Adds a configuration once; it replaces those with fewer members that no result refers to.
  private mutating func add(_ served: ServedModel, as name: String) {
    var pairs = models?.value ?? []
    let named = Set((results?.value ?? []).flatMap(\.item.value).map(\.value.servedModel?.value))
    if let index = pairs.firstIndex(where: { $0.name.value == name }) {
      guard !pairs[index].item.value.contains(where: { $0.value.id == served.id }) else { return }
      let kept = pairs[index].item.value.filter {
        named.contains($0.value.id?.value) || !$0.value.isPart(of: served)
      }
      pairs[index] = Pair(pairs[index].name, .written(kept))
    }
    pairs.append(served, under: name)
    models = .written(pairs)
  }

  /// Returns the configuration of a model that was seen last.
  private func lastServed(as name: String) -> ServedModel? {
    models?.value.first { $0.name.value == name }?.item.value.last?.value
  }
}

extension Array {
  /// Adds an item to the list of a name, and creates the list if there is none.
  fileprivate mutating func append<Item>(_ item: Item, under name: String)
  where Element == Pair<String, [Located<Item>]> {
    let index = firstIndex { $0.name.value == name }
    let items = index.map { self[$0].item.value } ?? []
    let pair = Pair(Located.written(name), .written(items + [.written(item)]))
    if let index { self[index] = pair } else { append(pair) }
  }
}
