import Deployments
import Diagnostics
import Foundation
import Profiles
import Schema
import TestSupport
import Testing
import Workspaces

/// What must hold of the declarations themselves.
struct DeclarationTests {
  @Test func `every runtime says where every common setting goes`() {
    for runtime in Runtimes.all {
      for field in CommonField.allCases {
        switch runtime.use(of: field) {
        case .sets: continue
        case .ignored(let reason, let instead), .refused(let reason, let instead):
          #expect(!reason.isEmpty && !instead.isEmpty)
        }
      }
    }
  }

  @Test func `every common setting is a field, under its own name`() {
    let declared =
      Parameters.fields.all.map { ($0.key, $0.destination) }
      + Performance.fields.all.map { ($0.key, $0.destination) }
    for field in CommonField.allCases {
      #expect(declared.contains { $0.0 == field.rawValue && $0.1 == field })
    }
  }

  @Test func `summaries are sentences`() {
    func check<Owner: Record>(_ table: FieldTable<Owner, Owner.Destination>) {
      for field in table.all {
        #expect(field.summary.hasSuffix("."), "\(field.key)")
        #expect(field.summary.first?.isUppercase == true, "\(field.key)")
      }
    }
    check(ProfileDocument.fields)
    check(Parameters.fields)
    check(Performance.fields)
    check(Resources.fields)
    func checkOptions<Own: Runtime>(of runtime: Own.Type) { check(Own.Options.fields) }
    for runtime in Runtimes.all { checkOptions(of: runtime) }
    check(InstancesDocument.fields)
    check(InstanceSection.fields)
    check(HostSettings.fields)
    check(HostGPU.fields)
    check(ApplySettings.fields)
    check(LimitSettings.fields)
    check(SecretSection.fields)
  }

  @Test func `rules have one code each`() {
    let codes = (Checks.rules + WorkspaceChecks.all.map(\.rule)).map(\.code)
    let repeated = Dictionary(grouping: codes) { $0 }.filter { $1.count > 1 }.keys
    // These are one rule each, checked in profiles, instances and companions.
    #expect(
      Set(repeated) == [
        "secret-value", "host-exposed", "launch-too-long", "open-without-key", "moving-tag",
        "reserved-variable", "unqualified-image",
      ])
  }

  /// They are not parsed when they are used.
  @Test func `a pinned image follows the grammar and is of a release`() throws {
    for runtime in Runtimes.all {
      for image in Processor.allCases.compactMap({ runtime.image(for: $0) }) {
        #expect(ImageReference(image.text) == image)
        #expect(image.namesRegistry)
        #expect(image.tag.flatMap(Release.init(tag:)) != nil)
      }
    }
  }

  /// What a runtime means stands in its file: no other room asks for one by its name.
  @Test func `no runtime is named outside of its room`() throws {
    let types = Runtimes.all.map { String(describing: $0) }
    let files = try Repository.files(in: "Sources", ending: ".swift")
      .filter { !$0.path.contains("/Profiles/Runtimes/") }
    #expect(files.count > 200)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.split(separator: "\n") where !line.contains("///") {
        // A regular expression takes long, and hardly a line needs one.
        for type in types where line.contains("\(type).") {
          let isNamed = line.firstMatch(of: try Regex("\\b\(type)\\.[a-z]")) != nil
          #expect(!isNamed, "\(file.lastPathComponent): \(line)")
        }
      }
    }
  }

  @Test func `the README lists every runtime with its section`() throws {
    let readme = try String(contentsOf: Repository.file("README.md"), encoding: .utf8)
    for runtime in Runtimes.all {
      let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `\(runtime.name)` |") }
      #expect(rows.count == 1, "\(runtime.name)")
      #expect(rows.first?.hasSuffix("| `\(runtime.sectionKey):` |") == true, "\(runtime.name)")
    }
  }
}
