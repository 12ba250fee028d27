import Host
import Profiles

extension ProfileCatalog {
  /// What the servers of profiles need, on no card in particular, in the same order; nil for a profile with
  /// errors.
  package static func plans(of entries: [Entry], on machine: Machine) -> [MemoryPlan?] {
    Parallel.map(count: entries.count) { index in
      entries[index].profile.map { MemoryPlan(entries[index].file.id, $0, on: machine) }
    }
  }
}
