package import Deployments
import Host
import Locks
import Profiles
package import Workspaces

extension Machine {
  /// Returns the folder of a cache on this machine; nil if Podman does not report it.
  package func folder(of place: Mount.Source) -> String? {
    switch place {
    case .path(let path): path.absolute(home: variable("HOME"))
    case .store(let name):
      firstLine(of: ["podman", "volume", "inspect", "--format", "{{.Mountpoint}}", name.text])
    }
  }

  /// Whether the user forbids programs to query the hub (huggingface_hub 1.0, constants.py:
  /// HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE).
  package var isOffline: Bool {
    ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].contains { name in
      ["1", "ON", "YES", "TRUE"].contains(variable(name)?.uppercased() ?? "")
    }
  }

  /// The user's hub cache (huggingface_hub 1.0, constants.py: HF_HUB_CACHE, HF_HOME,
  /// XDG_CACHE_HOME); nil for a user without a home folder.
  package var hubCache: String? {
    if let cache = variable("HF_HUB_CACHE") { return cache }
    if let home = variable("HF_HOME") { return home + "/hub" }
    let cache = variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/huggingface/hub" }
  }
}

extension Instance {
  /// Returns the hub cache that its server loads models from, on this machine; nil if it uses none
  /// or its volume does not exist.
  package func hubCache(on machine: Machine) -> String? {
    guard let (cache, place) = cachePlace, let hub = cache.hub,
      let folder = machine.folder(of: place)
    else { return nil }
    return hub.isEmpty ? folder : folder + "/" + hub
  }
}
