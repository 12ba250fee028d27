import Deployments
package import Host

/// The memory of a GPU, as its driver reports it without root.
package struct GPUUsage: Sendable, Equatable {
  /// The card's name, such as `NVIDIA GeForce RTX 3090`.
  package let name: String
  /// The device's CDI name, such as `nvidia.com/gpu=0`; nil if it is not known.
  package let device: String?
  /// Bytes in use, by all programs.
  package let used: Int
  /// Bytes in total.
  package let total: Int

  /// Returns the GPUs of a machine, and the reason if NVIDIA's program was stopped.
  package static func all(
    of machine: Machine
  ) -> (gpus: [GPUUsage], overrun: Subprocess.Overrun?) {
    let (nvidia, overrun) = nvidia(machine)
    return (nvidia + amd(machine), overrun)
  }

  /// Returns the figures of `nvidia-smi`, which are in MiB.
  private static func nvidia(_ machine: Machine) -> ([GPUUsage], Subprocess.Overrun?) {
    let query = [
      "nvidia-smi", "--query-gpu=index,name,memory.used,memory.total",
      "--format=csv,noheader,nounits",
    ]
    guard let result = machine.capture(query) else { return ([], nil) }
    guard result.isSuccess else { return ([], result.overrun) }
    let gpus = result.output.split(separator: "\n").prefix(64).compactMap { line -> GPUUsage? in
      let cells = line.split(separator: ",").map { $0.drop { $0 == " " } }
      // A card without its own memory, such as one that shares the main memory, has '[N/A]'.
      guard cells.count == 4, let used = mebibytes(cells[2]), let total = mebibytes(cells[3])
      else { return nil }
      return GPUUsage(
        name: String(cells[1]), device: "nvidia.com/gpu=\(cells[0])", used: used, total: total)
    }
    return (gpus, nil)
  }

  private static func mebibytes(_ text: Substring) -> Int? {
    guard let number = Int(text.prefix { $0.isNumber }), (0..<1 << 32).contains(number) else {
      return nil
    }
    return number << 20
  }

  /// Returns the figures of the amdgpu driver's files, which are in bytes.
  private static func amd(_ machine: Machine) -> [GPUUsage] {
    let cards = machine.names(in: "/sys/class/drm").filter { name in
      name.hasPrefix("card") && !name.contains("-")
    }
    return cards.compactMap { card in
      let numbers = ["used", "total"].compactMap { which in
        let path = "/sys/class/drm/\(card)/device/mem_info_vram_\(which)"
        return machine.text(path).flatMap { Int($0.dropLast()) }
      }
      guard numbers.count == 2, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
      return GPUUsage(name: "AMD \(card)", device: nil, used: numbers[0], total: numbers[1])
    }
  }
}
