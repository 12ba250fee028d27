import Foundation
import TestSupport
import Testing

/// The files of several machines in one workspace, through Podman's own generator.
struct HostFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let workspace = Repository.file("Tests/Corpus/accepted-workspaces/hosts")
    let result = try Program.amm(
      "generate", "--workspace", workspace.path, "--output", folder.file("generated").path)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
  }

  @Test func `the files are the golden ones`() throws {
    let differences = try Golden.differences(
      of: folder.file("generated"), from: Repository.file("Tests/Golden/hosts"))
    #expect(differences == [])
  }

  @Test(
    .needs(.tool("quadlet")),
    arguments: [("gpu1", true, "chat"), ("gpu2", false, "small"), ("laptop", true, "door")])
  func `Podman reads the units of each machine`(
    target: String, isOfSystem: Bool, instance: String
  ) throws {
    let generator = try #require(Program.tool("quadlet"))
    let (services, text) = try TestSupport.Services.made(
      of: folder.file("generated/\(target)/quadlet"), by: generator, isOfSystem: isOfSystem)
    #expect(services.words(of: instance) != nil)
    // A unit of a user could not start with the system.
    if isOfSystem { #expect(!text.contains("podman-user-wait-network-online")) }
  }
}
