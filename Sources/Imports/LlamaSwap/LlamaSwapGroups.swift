import Diagnostics
import Schema

/// Which models of a llama-swap configuration stop each other, as exclusive groups of instances.
///
/// llama-swap stops the other members of a group that swaps, and the members of all other groups when a
/// group is exclusive. Models without a group form one that does both (llama-swap v250,
/// config.example.yaml).
struct LlamaSwapGroups {
  /// A group as the file declares it.
  struct Group {
    let name: Located<String>
    var title = ""
    var swaps = true
    var stopsOthers = true
    var isKept = false
    var members: [String] = []

    init(name: Located<String>) { self.name = name }

    /// Whether any model of it stops all models of groups like it.
    var joins: Bool { swaps && stopsOthers && !isKept }
  }

  /// The keys of all models, in the order of the file.
  let models: [String]
  private let preloaded: [String]
  private var groups: [Group] = []
  private var exclusive: [String: String] = [:]
  /// What became of the groups.
  private(set) var fates: [Fate] = []
  private var starting: Set<String> = []
  /// Whether models run only if a client names them, whatever else runs.
  private var isFree = false

  init(_ models: [String], preloaded: [String]) {
    self.models = models
    self.preloaded = preloaded
  }

  mutating func add(_ group: Group) { groups.append(group) }

  /// Puts no model into a group.
  mutating func allowAll() {
    isFree = true
    starting = Set(preloaded)
  }

  /// Puts models into groups of which only one runs at a time.
  mutating func set(_ groups: [[String]]) {
    for (index, members) in groups.enumerated() {
      set(members, index == 0 ? "llama-swap" : "llama-swap-\(index + 1)")
    }
    preload()
  }

  /// Determines the exclusive groups of the models.
  mutating func finish() {
    let known = Set(models)
    let grouped = Set(groups.flatMap(\.members))
    let free = models.filter { !grouped.contains($0) }
    let joined = groups.filter(\.joins)
    // All of these stop each other, so they are one group.
    let together = joined.flatMap(\.members).filter { known.contains($0) } + free
    let name =
      joined.count == 1 && free.isEmpty ? ForeignNames.plain(joined[0].title) : "llama-swap"
    set(together, name.isEmpty ? "llama-swap" : name)
    var taken: Set = ["llama-swap", name]
    for group in groups {
      tell(group, name: name)
      guard !group.joins, group.swaps else { continue }
      var own = ForeignNames.plain(group.title)
      if own.isEmpty { own = "group" }
      while !taken.insert(own).inserted { own += "-2" }
      set(group.members.filter { known.contains($0) }, own)
    }
    preload()
  }

  private mutating func preload() {
    // The first of a group that is loaded when llama-swap starts, because only one of it can run.
    var running: Set<String> = []
    for model in preloaded {
      if let group = exclusive[model], !running.insert(group).inserted { continue }
      starting.insert(model)
    }
  }

  /// Puts models into an exclusive group, which has an effect only on several.
  private mutating func set(_ members: [String], _ name: String) {
    guard Set(members).count > 1 else { return }
    for member in members { exclusive[member] = name }
  }

  private mutating func tell(_ group: Group, name: String) {
    let hasOthers = groups.count > 1 || Set(group.members) != Set(models)
    let fate: (Fate.Kind, String) =
      if group.joins {
        (.changed, "'exclusive: \(name)' lets one server run at a time")
      } else if group.stopsOthers, hasOthers {
        (
          group.swaps ? .changed : .dropped,
          "amm does not stop the servers of other groups; a group of amm lets one server run at a time"
        )
      } else if group.swaps {
        (.changed, "'exclusive' lets one server of the group run at a time")
      } else {
        (.changed, "its servers run at the same time, as instances without 'exclusive' do")
      }
    fates.append(Fate(key: group.name, kind: fate.0, reason: fate.1))
  }

  /// The exclusive group of a model; nil if it can run with all others.
  func group(of model: String) -> String? { exclusive[model] }

  /// Whether a model is loaded when llama-swap starts.
  func isPreloaded(_ model: String) -> Bool { starting.contains(model) }

  /// Whether a client of the model's port can start it without stopping another model.
  func startsOnDemand(_ model: String) -> Bool { !isFree && exclusive[model] == nil }
}
