import Deployments
import Host
import Locks
package import Memory
import Profiles
import Schema

/// A profile with the facts shown in a list.
package struct ProfileListing: Sendable {
  /// The profile.
  package let entry: ProfileCatalog.Entry
  /// The memory that its server needs, for no particular card; nil for a profile with errors.
  package let plan: MemoryPlan?
  /// Whether it fits the requested cards; nil if there are none, or if nothing is known.
  package let fit: Fit?
  /// The instances that serve it, sorted.
  package let servedBy: [String]

  /// Whether a server fits.
  package enum Fit: String, Sendable, CaseIterable { case yes, no, unsure }

  /// The sort order of a list.
  package enum Order: String, Sendable, CaseIterable { case name, size, context, memory }
}

extension ProfileListing {
  /// The number of parameters of its model; nil if unknown.
  package var parameters: Int? { entry.profile?.facts.parameters?.value }

  /// The context that its model was trained for, in tokens; nil if unknown.
  package var contextLength: Int? { entry.profile?.facts.contextLength?.value }

  /// The licence from the profile, or else from the lock; nil if neither has one.
  package var license: String? {
    entry.profile?.facts.license?.value ?? entry.profile?.locked?.license
  }

  /// The profile of a newer model for the same purpose; nil if there is none.
  package var supersededBy: String? { entry.profile?.facts.supersededBy?.value }

  /// The memory on all cards together.
  fileprivate var memory: Int? {
    plan?.estimate.map { estimate in
      let (sum, overflow) = (estimate.least ?? estimate.hostBytes).multipliedReportingOverflow(
        by: estimate.gpuCount)
      return overflow ? .max : sum
    }
  }

  fileprivate func value(for order: Order) -> Int? {
    switch order {
    case .name: nil
    case .size: parameters
    case .context: contextLength
    case .memory: memory
    }
  }
}

extension [ProfileListing] {
  /// Returns the listings from smallest to largest, unknown values last; equal ones are sorted by
  /// name.
  package func sorted(by order: ProfileListing.Order) -> [ProfileListing] {
    guard order != .name else { return self }
    return sorted { one, other in
      let values = (one.value(for: order) ?? .max, other.value(for: order) ?? .max)
      return values.0 == values.1 ? one.entry.file.id < other.entry.file.id : values.0 < values.1
    }
  }
}

extension ProfileCatalog {
  /// Returns the list entries of profiles, in the same order.
  ///
  /// - Parameters:
  ///   - gpus: The cards that the profiles should fit; nil for none in particular.
  ///   - memory: Bytes of main memory that the machine has; nil if unknown.
  ///   - active: The profiles that instances serve, by instance name.
  package static func listing(
    of entries: [Entry], on gpus: [GPU]?, memory: Int?, active: [String: String],
    _ machine: Machine
  ) -> [ProfileListing] {
    var servers: [String: [String]] = [:]
    for (instance, id) in active { servers[id, default: []].append(instance) }
    let named = servers.mapValues { $0.sorted() }
    return Parallel.map(count: entries.count) { index in
      let (id, profile) = (entries[index].file.id, entries[index].profile)
      let known = profile.flatMap { KnownModel(of: $0, on: machine) }
      let plan = profile.map { MemoryPlan(ofNoCard: id, $0, known) }
      let placed = profile.flatMap { profile in
        gpus.map { MemoryPlan(id, profile, known, on: $0, .brief) }
      }
      let main = max(
        placed?.estimate?.hostBytes ?? 0, profile?.document.resources.ram?.value.bytes ?? 0)
      let lacksMemory = placed != nil && memory.map { main > $0 } ?? false
      return ProfileListing(
        entry: entries[index], plan: plan,
        fit: lacksMemory ? .no : placed.flatMap(ProfileListing.Fit.init),
        servedBy: named[id] ?? [])
    }
  }
}

extension ProfileListing.Fit {
  /// Nil if nothing is known about the model.
  fileprivate init?(_ plan: MemoryPlan) {
    switch plan.estimate?.verdict {
    case .fits: self = .yes
    case .fails, .refuses, .lacks: self = .no
    case .unsure: self = .unsure
    case .unknown, nil: return nil
    }
  }
}
