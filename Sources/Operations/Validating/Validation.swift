import Diagnostics
import Host
import Imports
import Workspaces

/// The check of workspaces and files, as `amm validate` does it.
package struct Validation {
  /// The path of the policy that everything must keep to; nil for none.
  private let policy: String?

  /// - Parameter policy: The path of the policy that everything must keep to; nil for none.
  package init(policy: String?) { self.policy = policy }

  /// Checks an entire workspace.
  ///
  /// - Throws: Also if there is none in the folder.
  package func check(_ folder: WorkspaceFolder) throws -> Findings {
    try check(folder, instances: nil)
  }

  /// - Parameter instances: The content that replaces that of `instances.yaml`; nil to read the file.
  private func check(_ folder: WorkspaceFolder, instances: FileContent?) throws -> Findings {
    if instances == nil, try !folder.exists {
      throw OperationError(.invalid, folder.absence.message, help: folder.absence.help)
    }
    var findings = Findings()
    var loader = try WorkspaceLoader(folder)
    loader.instances = instances
    let rules = policy.map { PolicyFile.read($0, for: folder) }
    let outcome = try loader.load(checkingAll: true, policy: rules?.value)
    let tasks = try TaskFolder(folder).ownFiles
    findings.profiles = loader.files.count
    findings.instances = outcome.value?.instances.count ?? 0
    findings.companions = outcome.value?.placedCompanions.count ?? 0
    findings.tasks = tasks.count
    findings.files =
      [folder.file("instances.yaml")] + loader.files.map(\.path) + tasks.map(\.path)
    findings.diagnostics =
      outcome.diagnostics + TaskFolder.check(tasks) + (rules?.diagnostics ?? [])
    if findings.counted == "0 profiles", findings.diagnostics.isEmpty {
      findings.diagnostics.append(CheckedFiles.nothingFound(folder.path, "profiles and instances"))
    }
    findings.untrusted = Trust.missing(of: outcome.value, in: folder)
    return findings
  }

  /// Checks files.
  ///
  /// - Parameter folder: The workspace whose lock applies to its own profiles; it may be missing.
  package func check(_ given: CheckedFiles, in folder: WorkspaceFolder) throws -> Findings {
    var findings = Findings()
    for folder in given.workspaces {
      let part = try check(folder, instances: given.instances)
      findings.diagnostics += part.diagnostics
      findings.files += part.files
      findings.profiles += part.profiles
      findings.instances += part.instances
      findings.companions += part.companions
      findings.tasks += part.tasks
      findings.untrusted += part.untrusted
    }
    let profiles = given.profiles
    findings.profiles += profiles.count
    findings.tasks += given.tasks.count
    findings.files +=
      profiles.map(\.path) + given.tasks.map(\.path) + given.foreign.map(\.path)
    for file in given.foreign {
      let imported = file.read()
      findings.servers += imported.servers.count
      findings.foreign += 1
      findings.diagnostics += imported.diagnostics
      if !imported.knowsServer, !imported.diagnostics.hasErrors {
        findings.diagnostics.append(CheckedFiles.noServer(file.path, besides: imported.others))
      }
    }
    let isOwn = folder.ownership
    let lock = try profiles.isEmpty || !folder.exists ? nil : folder.modelLock.value
    let rules = policy.map { PolicyFile.read($0, for: folder) }
    findings.diagnostics +=
      given.diagnostics + TaskFolder.check(given.tasks) + (rules?.diagnostics ?? [])
      + Parallel.map(count: profiles.count) { index in
        // A workspace's lock applies only to its own profiles.
        let outcome = profiles[index].read(isOwn(profiles[index]) ? lock : nil)
        return outcome.diagnostics + (outcome.value.flatMap { rules?.value?.judge($0) } ?? [])
      }.flatMap { $0 }
    return findings
  }
}
