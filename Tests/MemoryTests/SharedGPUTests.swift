import Memory
import Testing

/// Servers that share a GPU, against sums made by hand: a card of 100 units.
struct SharedGPUTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let wants: [SharedGPU.Want]
    /// What each holds; nil for one that stops.
    let held: [Int?]
    var testDescription: String { name }

    init(_ name: String, _ wants: [SharedGPU.Want], _ held: [Int?]) {
      self.name = name
      self.wants = wants
      self.held = held
    }
  }

  private static let vllm: [Case] = [
    Case("one vLLM", [.share(of: 0.9, beside: 2)], [92]),
    Case("a vLLM of all", [.share(of: 1, beside: 0)], [100]),
    Case("a vLLM of all, with its driver", [.share(of: 1, beside: 1)], [nil]),
    Case("two halves", [.share(of: 0.5, beside: 2), .share(of: 0.5, beside: 2)], [52, nil]),
    Case(
      "two halves without drivers", [.share(of: 0.5, beside: 0), .share(of: 0.5, beside: 0)],
      [50, 50]),
    Case("two of 0.48", [.share(of: 0.48, beside: 2), .share(of: 0.48, beside: 2)], [50, 50]),
    Case(
      "a large one first", [.share(of: 0.7, beside: 2), .share(of: 0.3, beside: 2)], [72, nil]),
    Case(
      "a small one first", [.share(of: 0.3, beside: 2), .share(of: 0.7, beside: 2)], [32, nil]),
    Case("three thirds", Array(repeating: .share(of: 0.3, beside: 1), count: 3), [31, 31, 31]),
    Case(
      "what stops takes nothing",
      [.share(of: 0.6, beside: 2), .share(of: 0.6, beside: 2), .share(of: 0.3, beside: 2)],
      [62, nil, 32]),
  ]
  private static let sglang: [Case] = [
    Case("one SGLang", [.partOfFree(0.9, atLeast: 40)], [90]),
    Case("one that is too large", [.partOfFree(0.9, atLeast: 91)], [nil]),
    Case("two SGLang", [.partOfFree(0.5, atLeast: 40), .partOfFree(0.8, atLeast: 40)], [50, 40]),
    Case(
      "two, the second with too little",
      [.partOfFree(0.5, atLeast: 40), .partOfFree(0.8, atLeast: 41)], [50, nil]),
    Case(
      "two of nine tenths", [.partOfFree(0.9, atLeast: 10), .partOfFree(0.9, atLeast: 10)],
      [90, nil]),
    Case("after a vLLM", [.share(of: 0.5, beside: 2), .partOfFree(0.9, atLeast: 40)], [52, 43]),
    Case("before a vLLM", [.partOfFree(0.5, atLeast: 40), .share(of: 0.5, beside: 2)], [50, nil]),
  ]
  private static let tgi: [Case] = [
    Case("one TGI", [.rest(but: 0.1, atLeast: 40)], [90]),
    Case("two TGI", [.rest(but: 0.1, atLeast: 40), .rest(but: 0.1, atLeast: 40)], [90, nil]),
    Case("two of half", [.rest(but: 0.55, atLeast: 40), .rest(but: 0.1, atLeast: 40)], [45, 45]),
    Case(
      "two of half, turned round", [.rest(but: 0.1, atLeast: 40), .rest(but: 0.55, atLeast: 40)],
      [90, nil]),
    Case("after a vLLM", [.share(of: 0.3, beside: 2), .rest(but: 0.1, atLeast: 50)], [32, 58]),
  ]
  private static let others: [Case] = [
    Case("one llama.cpp", [.bytes(30)], [30]),
    Case("as many as fit", Array(repeating: .bytes(30), count: 4), [30, 30, 30, nil]),
    Case("beside a vLLM", [.bytes(30), .share(of: 0.65, beside: 2)], [30, 67]),
    Case("behind a vLLM", [.share(of: 0.9, beside: 2), .bytes(30)], [92, nil]),
    Case("before a vLLM of nine tenths", [.bytes(30), .share(of: 0.9, beside: 2)], [30, nil]),
    Case("Ollama takes what is there", [.share(of: 0.9, beside: 2), .upTo(30)], [92, 8]),
    Case("Ollama first", [.upTo(30), .share(of: 0.9, beside: 2)], [30, nil]),
    Case("nothing is left", [.bytes(100), .upTo(30), .bytes(0)], [100, 0, 0]),
  ]

  @Test(arguments: vllm + sglang + tgi + others)
  func `each server finds what a sum by hand says`(_ asked: Case) {
    let gpu = SharedGPU(
      total: 100, asked.wants.enumerated().map { SharedGPU.Server("s\($0)", $1) })
    let held = gpu.outcomes.map { outcome -> Int? in
      if case .runs(let holding) = outcome { holding } else { nil }
    }
    #expect(held == asked.held)
    #expect(gpu.free == 100 - held.reduce(0) { $0 + ($1 ?? 0) })
    #expect((gpu.failure == nil) == !asked.held.contains(nil))
  }

  @Test func `there are thirty cases`() {
    #expect((Self.vllm + Self.sglang + Self.tgi + Self.others).count == 30)
  }

  @Test func `two halves are refused with the share that would do`() throws {
    let gpu = SharedGPU(
      total: 24_000,
      [.init("a", .share(of: 0.5, beside: 500)), .init("b", .share(of: 0.5, beside: 500))])
    let failure = try #require(gpu.failure)
    #expect(failure.server.name == "b" && failure.free == 11_000 && failure.wanted == 12_000)
    #expect(Self.said(gpu) == ["b 0.45"])
    let mended = SharedGPU(
      total: 24_000,
      [.init("a", .share(of: 0.5, beside: 500)), .init("b", .share(of: 0.45, beside: 500))])
    #expect(mended.failure == nil)
  }

  @Test func `an order that would do is named`() {
    let gpu = SharedGPU(
      total: 100, [.init("rest", .rest(but: 0.1, atLeast: 40)), .init("small", .bytes(20))])
    #expect(gpu.failure?.server.name == "small")
    #expect(Self.said(gpu) == ["small, rest", "rest 0.8"])
  }

  private static func server(
    _ name: String, _ share: Double, needs floor: Double, isOnDemand: Bool = false
  ) -> SharedGPU.Server {
    .init(
      name, .share(of: share, beside: 2), floor: (floor, floor), isOnDemand: isOnDemand)
  }

  /// The advice in short: an order, or shares by name.
  private static func said(_ gpu: SharedGPU) -> [String] {
    switch gpu.advice {
    case .mends(let mends):
      mends.map { mend in
        let shares = mend.shares.map { "\($0.name) \($0.share)" }
        return (mend.order.map { [$0.joined(separator: ", ")] } ?? []) + shares
          + (mend.isSure ? [] : ["unsure"])
      }.map { $0.joined(separator: "; ") }
    case .nothing: ["nothing"]
    case .unknown: ["unknown"]
    }
  }

  @Test func `a share is not lowered below what the server needs`() {
    // 0.16 would be free for the second one, which needs 0.4: the first one gives way.
    let gpu = SharedGPU(
      total: 100, [Self.server("a", 0.8, needs: 0.4), Self.server("b", 0.45, needs: 0.4)])
    #expect(Self.said(gpu) == ["a 0.51"])
    let both = SharedGPU(
      total: 100, [Self.server("a", 0.9, needs: 0.4), Self.server("b", 0.9, needs: 0.4)])
    #expect(Self.said(both) == ["a 0.48; b 0.48"])
    let neither = SharedGPU(
      total: 100, [Self.server("a", 0.9, needs: 0.6), Self.server("b", 0.9, needs: 0.6)])
    #expect(Self.said(neither) == ["nothing"])
  }

  @Test func `a server that starts later has its memory, too`() {
    let gpu = SharedGPU(
      total: 100,
      [
        Self.server("a", 0.5, needs: 0.2), Self.server("b", 0.5, needs: 0.2),
        .init("c", .bytes(20)),
      ])
    #expect(Self.said(gpu) == ["b 0.26"])
  }

  @Test func `a server on demand starts after those of the boot`() {
    let gpu = SharedGPU(
      total: 100,
      [
        Self.server("late", 0.6, needs: 0.2, isOnDemand: true),
        Self.server("early", 0.5, needs: 0.2),
      ])
    #expect(gpu.servers.map(\.name) == ["early", "late"])
    #expect(gpu.failure?.server.name == "late" && Self.said(gpu) == ["late 0.46"])
  }

  @Test func `what the bounds do not decide is unsure`() {
    func pair(_ share: Double) -> SharedGPU {
      let want = SharedGPU.Want.share(of: share, beside: 2)
      let bounds: (SharedGPU.Want, SharedGPU.Want) = (
        .share(of: share, beside: 1), .share(of: share, beside: 3)
      )
      return SharedGPU(
        total: 100, [.init("a", want, bounds: bounds), .init("b", want, bounds: bounds)])
    }
    #expect(pair(0.47).outcomes == [.runs(holding: 49), .runs(holding: 49)])
    #expect(pair(0.48).outcomes == [.runs(holding: 50), .mayStop(holding: 50, missing: 2)])
    #expect(pair(0.48).stopping.isEmpty && Self.said(pair(0.48)).isEmpty)
    #expect(pair(0.49).outcomes[1] == .mayStop(holding: 49, missing: 4))
    #expect(pair(0.49).stopping == ["b"] && Self.said(pair(0.49)) == ["b 0.45"])
    #expect(pair(0.5).failure?.server.name == "b")
  }

  @Test func `many servers are not tried in each order`() {
    let servers = (0..<100).map { Self.server("s\($0)", 0.5, needs: 0.1) }
    #expect(Self.said(SharedGPU(total: 100, servers)) == ["unknown"])
  }
}
