import Diagnostics
import Profiles
import Schema
import Text

/// Keys of a unit that take from a server what it needs.
extension ServiceReader {
  private static let truths: Set = ["1", "yes", "y", "true", "t", "on"]

  /// Returns the value of a key that is on; nil if it is off or not set.
  private func on(_ key: String) -> ShellField? {
    guard let value = unit.values(of: key, in: Self.section).last,
      Self.truths.contains(value.string.lowercased())
    else { return nil }
    return ShellField(text: value, start: value.offset(0), end: value.end(before: value.count))
  }

  /// Reports protection of the machine with which the servers of the unit do not work.
  mutating func tellForbidden() {
    // An engine starts containers outside of the unit.
    guard let server = file.servers.first, !server.isContainer,
      let runtime = Recognition.recognise(server)?.runtime
    else { return }
    tellType(server)
    tellHome(server)
    let binds = ["BindPaths", "BindReadOnlyPaths"].flatMap { unit.values(of: $0, in: Self.section) }
    if let value = on("PrivateDevices"), usesGPU(server, runtime),
      !binds.contains(where: { $0.string.contains("/dev") })
    {
      tell(
        ImportRules.unit, value, "the unit hides the devices of GPUs, so the server sees none",
        help: "remove 'PrivateDevices'")
    }
    if let value = on("MemoryDenyWriteExecute"), runtime.compileCache != nil {
      tell(
        ImportRules.unit, value, "PyTorch writes code while it runs, which the unit forbids",
        help: "remove 'MemoryDenyWriteExecute'")
    }
  }

  /// Whether a server's command or variables show that it computes on a GPU.
  private func usesGPU(_ server: ForeignServer, _ runtime: any Runtime.Type) -> Bool {
    let words = server.command.map { $0.value.lowercased() }
    let names = server.variables.map(\.name.value)
    if words.contains(where: { $0.contains("cpu") })
      || names.contains(where: { $0.contains("_CPU_") })
    {
      return false
    }
    let layers = ["-ngl", "--gpu-layers", "--n-gpu-layers"]
    let count = words.firstIndex(where: layers.contains).flatMap { words[($0 + 1)...].first }
    return runtime.foreign.needsGPU || count.map { $0 != "0" } ?? false
      || names.contains { $0.hasSuffix("_VISIBLE_DEVICES") || $0.hasPrefix("HSA_") }
  }
}
