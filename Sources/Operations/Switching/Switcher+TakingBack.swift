import Deployments
import Host
import Workspaces

extension Switcher {
  /// What ran before a switch.
  struct StateBefore {
    /// Whether the instance was installed.
    let hadUnit: Bool
    /// Whether it was installed and did not run.
    let isStopped: Bool
    /// The services of its exclusive group that ran.
    let rivals: [String]
  }

  /// Undoes a switch that failed, and returns what is so afterwards.
  func takeBack(
    _ switching: SwitchTransaction, _ applier: Applier, _ before: StateBefore
  ) -> SwitchEnd {
    do throws(HostError) {
      guard let old = try switching.takeBack() else { return .stands }
      if before.hadUnit, before.isStopped {
        do throws(HostError) {
          try applier.restore(old, stopping: switching.instance, running: before.rivals)
          return .stopped(before.rivals)
        } catch {
          return .filesUndone(error.message)
        }
      }
      guard before.hadUnit else {
        do throws(HostError) {
          try applier.withdraw(switching.instance, from: old)
          for service in before.rivals { try machine.services.control("start", service) }
          return .withdrawn
        } catch {
          return .filesUndone(error.message)
        }
      }
      let served = old.deployment.workload(named: switching.instance)
      // Do not check whether it was restarted: it may never have been stopped.
      let verification = served.map { self.verification(of: $0, by: applier, in: old, false) }
      let failure = applyAndWait(served, old, applier, verification)
      switch failure?.step {
      case nil: return applier.method == .none ? .filesUndone(nil) : .undone
      case "wait": return .notAnswering
      default: return .filesUndone(failure?.message)
      }
    } catch {
      return .failed(error.message)
    }
  }
}
