import Host
import Testing

/// Programs that amm asks: what is kept of them, and for how long they are waited for.
struct SubprocessTests {
  @Test func `what a program answers is kept`() throws {
    let result = try Subprocess.capture(["sh", "-c", "echo one; exit 3"])
    #expect(result.output == "one\n" && result.status == 3 && result.overrun == nil)
  }

  @Test func `one that does not answer is ended`() throws {
    let result = try Subprocess.capture(["sleep", "600"], patience: 0.2)
    #expect(result.overrun == .time && !result.isSuccess)
  }

  @Test func `one whose lines are passed on is ended, too`() throws {
    var lines: [String] = []
    let result = try Subprocess.run(["sh", "-c", "echo one; exec sleep 600"], patience: 0.5) {
      lines.append(String(decoding: $1, as: UTF8.self))
    }
    #expect(result.overrun == .time && !result.isSuccess && lines == ["one"])
    let short = try Subprocess.run(["true"], patience: 60) { _, _ in }
    #expect(short.isSuccess)
  }

  @Test func `one that prints without end is ended`() throws {
    let result = try Subprocess.capture(["yes"])
    #expect(result.overrun == .output && !result.isSuccess)
    #expect(result.output.utf8.count < 16 << 20)
  }
}
