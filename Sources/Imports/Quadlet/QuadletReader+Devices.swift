import Diagnostics
import Schema
import Text

/// Devices of quadlet files.
extension QuadletReader {
  /// Reads a device of the container.
  mutating func readDevice(_ device: Located<String>, _ line: QuadletFile.Line) {
    // With a '-', the generator leaves out a device that does not exist.
    let name = device.value.hasPrefix("-") ? String(device.value.dropFirst()) : device.value
    let isGPU =
      !name.hasPrefix("/") && name.contains("=")
      || ["/dev/kfd", "/dev/dri", "/dev/nvidia"].contains { name.hasPrefix($0) }
    guard isGPU else {
      if !device.value.hasPrefix("-"), name.utf8.allSatisfy(\.isASCIIWord) {
        tell(
          ImportRules.unit, device.range,
          "'\(name.abbreviatedName)' is no device, so the container does not start",
          help: "write a path such as '/dev/dri', or a CDI device such as 'nvidia.com/gpu=all'")
      }
      return server.tell(
        Located("\(line.key.value)=\(name)", device.range), .dropped,
        "it is no GPU: write 'quadlet: {unsafe: true, Container: {PodmanArgs: \"--device=\(name)\"}}' in the instance to keep it"
      )
    }
    tellKind(of: name, device)
    devices.append(Located(name, device.range))
    server.tell(line.key, .carried)
  }

  /// Reports a CDI name with a kind that the vendor's generator does not write.
  private mutating func tellKind(of name: String, _ device: Located<String>) {
    let kind = name.prefix { $0 != "=" }
    let kinds = ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu"]
    guard let vendor = kind.split(separator: "/").first, kind.contains("/"),
      let right = kinds.first(where: { $0.hasPrefix(vendor + "/") }),
      let near = Suggestion.nearest(to: String(kind), among: [right]), near != kind
    else { return }
    tell(
      ImportRules.unit, device.range,
      "there is no kind of CDI devices '\(String(kind).abbreviatedName)', so the container does not start",
      help: "write '\(right)\(name.dropFirst(kind.count))'")
  }
}
