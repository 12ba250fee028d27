import Deployments
package import Host

/// What GPUs hold, as far as their drivers tell without root.
package struct GPUMemory {
  /// The machine whose cards are asked.
  package let machine: Machine

  /// A line for each GPU that tells, and why NVIDIA's program was ended where it was.
  package var lines: (gpus: [String], overrun: Subprocess.Overrun?) {
    let (nvidia, overrun) = nvidia
    return (nvidia + amd, overrun)
  }

  private var nvidia: ([String], Subprocess.Overrun?) {
    let query = [
      "nvidia-smi", "--query-gpu=index,name,memory.used,memory.total", "--format=csv,noheader",
    ]
    guard let result = machine.capture(query) else { return ([], nil) }
    guard result.isSuccess else { return ([], result.overrun) }
    return (result.output.split(separator: "\n").map(String.init), nil)
  }

  /// The amdgpu driver's files: bytes of video memory, used and in all.
  private var amd: [String] {
    let cards = machine.names(in: "/sys/class/drm").filter { name in
      name.hasPrefix("card") && !name.contains("-")
    }
    return cards.compactMap { card in
      let numbers = ["used", "total"].compactMap { which in
        let path = "/sys/class/drm/\(card)/device/mem_info_vram_\(which)"
        return machine.text(path).flatMap { Int($0.dropLast()) }
      }
      guard numbers.count == 2 else { return nil }
      let texts = numbers.map { ByteCount(clamping: $0).text }
      return "\(card), AMD, \(texts[0]), \(texts[1])"
    }
  }
}
