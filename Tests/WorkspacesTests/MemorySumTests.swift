import Deployments
import Testing

/// Amounts of memory, whatever they add up to.
struct MemorySumTests {
  @Test func `the largest amount is what a double holds exactly`() {
    #expect(ByteCount("8192TB") == .largest)
    #expect(ByteCount("8192.000000001TB") == nil)
    #expect(ByteCount("8193TB") == nil && ByteCount("999999TB") == nil)
    #expect(Double(ByteCount.largest.bytes) - 1 == Double(ByteCount.largest.bytes - 1))
  }

  @Test func `a sum of many ends at what can be counted`() {
    let many = Array(repeating: ByteCount.largest, count: 3000).reduce(.largest, +)
    #expect(many.bytes == .max && many > .largest)
    #expect(many.text == "8589934592 GiB")
    #expect(ByteCount(clamping: -5).bytes == 0)
    #expect((-Int.max).addingSaturated(-2) == .min)
  }

  @Test(arguments: [
    (1, "1 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1 << 30, "1 GiB"), ((1 << 30) - 1, "1024 MiB"),
    (16 << 30, "16 GiB"), ((1 << 30) + (1 << 29) + 1, "1.5 GiB"), (1 << 53, "8388608 GiB"),
  ])
  func `an amount is shown with one digit after the point`(bytes: Int, text: String) {
    #expect(ByteCount(clamping: bytes).text == text)
  }
}
