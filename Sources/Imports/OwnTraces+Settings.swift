import Deployments
import Diagnostics
import Profiles
import Schema

/// What the files that amm writes leave out, because it is a setting of the instance.
extension OwnTraces {
  /// The keys and options that amm writes for each server by itself, in all forms.
  private static let written = Set(
    """
    container_name networks healthcheck security_opt cap_drop restart stop_grace_period depends_on \
    --detach --rm --security-opt --cap-drop --stop-timeout --network --group-add \
    imagePullPolicy readinessProbe startupProbe terminationGracePeriodSeconds enableServiceLinks \
    automountServiceAccountToken revisionHistoryLimit strategy selector topologySpreadConstraints \
    progressDeadlineSeconds rolloutStrategy startupPolicy nodeSelector tolerations runtimeClassName
    """.split(separator: " ").map(String.init))

  /// Returns a server of amm with the settings that its file leaves out.
  static func withSettings(_ server: ForeignServer) -> ForeignServer {
    guard server.isInstance, server.isContainer,
      let runtime = Recognition.recognise(server)?.runtime
    else { return server }
    var server = server
    let origin = server.name.range
    func has(_ key: String) -> Bool { server.settings.contains { $0.key == key } }
    server.fates = server.fates.map { fate in
      fate.kind == .dropped && written.contains(fate.key.value)
        ? Fate(key: fate.key, kind: .changed, reason: "amm writes it") : fate
    }
    if runtime.startsProcesses, !has("init") {
      server.settings.append(("init", Located("false", origin)))
    }
    if let cache = runtime.compileCache, !has("user"),
      !server.scratch.contains(cache.path.text),
      !server.places.contains(where: { $0.value.target == cache.path.text })
    {
      server.settings.append(("compile_cache", Located("false", origin)))
    }
    if let confinement = confinement(of: server), !has("selinux") {
      server.settings.append(("selinux", Located(confinement, origin)))
    }
    let name = server.name.value
    if !runtime.pullsModels, !runtime.needsImage,
      let own = server.places.firstIndex(where: { $0.value.isVolume && $0.value.source == name })
    {
      server.settings.append(("cache", Located("own", server.places[own].range)))
      server.places.remove(at: own)
    }
    return server
  }

  /// Returns the value of `selinux` for a server that is confined, unless it is the default.
  private static func confinement(of server: ForeignServer) -> String? {
    guard server.isConfined ?? false else { return nil }
    let isPrivate = server.places.contains { $0.value.options.contains("Z") }
    let isOnGPU = !(server.gpus?.value.isEmpty ?? true)
    return isPrivate ? "private" : isOnGPU ? "shared" : nil
  }
}
