import Foundation
import TestSupport
import Testing

/// amm's schemas, read by a validator that others wrote.
struct JSONSchemaTests {
  @Test(.needs(.python))
  func `the schemas agree with amm about the whole corpus`() throws {
    let result = try Program.run(
      try #require(Program.python),
      [
        Repository.file("Tests/JSONSchema/check").path, Program.amm.path,
      ])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }
}
