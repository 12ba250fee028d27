import Diagnostics
import Foundation
import Profiles
import TestSupport
import Testing
import YAML

/// Files that were made to do harm, or were damaged: each is accepted or refused, nothing crashes,
/// and whatever is said points into the file.
struct AdversarialTests {
  private static let valid = """
    # A café's model.
    name: demo-7b
    source: {type: huggingface, model_id: org/model}
    container:
      runtime: tgi
    tags: [a, "b"]
    parameters: &p
      max_input_length: 1024
      max_total_tokens: 2048
    environment:
      A: 'it''s'
    notes: |
      One.

    """

  private func read(_ bytes: some Sequence<UInt8>) -> Outcome<Profile> {
    Profile.read(SourceFile(path: "x.yaml", bytes: Array(bytes)))
  }

  private func codes(_ text: String) -> [String] {
    read(text.utf8).diagnostics.map(\.rule.code)
  }

  /// What is wrong with the outcome itself; nil when nothing is.
  private static func problem(of outcome: Outcome<Profile>) -> String? {
    if outcome.value == nil, !outcome.diagnostics.contains(where: { $0.severity == .error }) {
      return "refused without a word"
    }
    for diagnostic in outcome.diagnostics {
      for location in [diagnostic.location] + diagnostic.notes.map(\.location) {
        guard let source = location.source, let range = location.range else { continue }
        for place in [range.start, range.end] {
          guard let line = source.line(place.line) else { return "no line \(place.line)" }
          guard place.column <= line.unicodeScalars.count + 1 else {
            return "no column \(place.column) in line \(place.line)"
          }
        }
      }
    }
    return nil
  }

  @Test func `the file that is damaged is right`() {
    #expect(read(Self.valid.utf8).diagnostics.isEmpty)
  }

  @Test func `every truncation is accepted or refused`() {
    let bytes = Array(Self.valid.utf8)
    var refused = 0
    for count in 0..<bytes.count {
      let outcome = read(bytes[..<count])
      let problem = Self.problem(of: outcome)
      #expect(problem == nil, "cut after \(count) bytes")
      refused += outcome.value == nil ? 1 : 0
    }
    #expect(refused > 90)
  }

  /// Each value at each place; the places are shared out, so that all cores work.
  @Test(arguments: 0..<16)
  func `every single changed byte is accepted or refused`(share: Int) {
    var bytes = Array(Self.valid.utf8)
    var refused = 0
    for place in bytes.indices where place % 16 == share {
      let original = bytes[place]
      for value in UInt8.min...UInt8.max {
        bytes[place] = value
        let outcome = read(bytes)
        if let problem = Self.problem(of: outcome) {
          Issue.record("byte \(place) as \(value): \(problem)")
        }
        refused += outcome.value == nil ? 1 : 0
      }
      bytes[place] = original
    }
    #expect(refused > 500)
  }
}
