import Diagnostics
import Profiles
import Schema
import Text

/// Variables of libraries and of other servers.
extension ServerImport {
  /// Variables of the hub's library (huggingface_hub 0.36, constants.py) and its companions, and those of NCCL
  /// and FlashInfer that files set most.
  private static let ofLibraries: Set = [
    "HF_ASSETS_CACHE", "HF_DATASETS_CACHE", "HF_DATASETS_OFFLINE", "HF_DEBUG", "HF_ENDPOINT",
    "HF_EVALUATE_OFFLINE", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_DISABLE_EXPERIMENTAL_WARNING",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN", "HF_HUB_DISABLE_PROGRESS_BARS",
    "HF_HUB_DISABLE_SYMLINKS", "HF_HUB_DISABLE_SYMLINKS_WARNING", "HF_HUB_DISABLE_TELEMETRY",
    "HF_HUB_DISABLE_UPDATE_CHECK", "HF_HUB_DISABLE_XET",
    "HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_ENABLE_HF_TRANSFER", "HF_HUB_ETAG_TIMEOUT",
    "HF_HUB_LOCAL_DIR_AUTO_SYMLINK_THRESHOLD", "HF_HUB_OFFLINE", "HF_HUB_USER_AGENT_ORIGIN",
    "HF_HUB_VERBOSITY", "HF_INFERENCE_ENDPOINT", "HF_MODULES_CACHE", "HF_STORED_TOKENS_PATH",
    "HF_TOKEN", "HF_TOKEN_PATH", "HF_TRANSFER_CONCURRENCY", "HF_UPDATE_DOWNLOAD_COUNTS",
    "HF_XET_CACHE", "HF_XET_HIGH_PERFORMANCE", "HF_XET_NUM_CONCURRENT_RANGE_GETS",
    "HF_XET_CHUNK_CACHE_SIZE_BYTES", "HF_XET_RECONSTRUCT_WRITE_SEQUENTIALLY",
    "NCCL_P2P_DISABLE", "NCCL_SHM_DISABLE", "NCCL_SOCKET_IFNAME", "NCCL_CUMEM_ENABLE",
    "NCCL_NVLS_ENABLE", "FLASHINFER_WORKSPACE_BASE",
  ]

  /// Names that look as if they were variables, by the variable that is meant.
  private static let meant = ["FLASHINFER_WORKSPACE_DIR": "FLASHINFER_WORKSPACE_BASE"]

  /// Reports a misspelt variable of a library, and one of another server.
  mutating func tellUnreadOfOthers(_ name: Located<String>) {
    let isOfProject =
      server.image.flatMap { Recognition.runtime(ofImage: $0.value) }.map {
        $0.name == runtime.name
      }
      ?? false
    guard isOfProject, recognised.others.isEmpty, recognised.variables.isEmpty,
      !isUsed(name.value), !Self.ofLibraries.contains(name.value)
    else { return }
    let near =
      Self.meant[name.value]
      ?? (["HF_", "NCCL_"].contains(where: name.value.hasPrefix)
        ? Suggestion.slip(name.value, among: Self.ofLibraries) : nil)
    if let near {
      return tell(
        ImportRules.unread, name.range, "no library reads the variable '\(name.value)'",
        help: "did you mean '\(near)'?")
    }
    guard !server.ofFiles.contains(name.range), !runtime.pullsModels,
      !runtime.variablePrefixes.contains(where: name.value.hasPrefix),
      let other = Runtimes.all.first(where: { other in
        other.name != runtime.name
          && other.variablePrefixes.contains(where: name.value.hasPrefix)
      })
    else { return }
    tell(
      ImportRules.unread, name.range,
      "\(runtime.name) does not read '\(name.value)', which is a variable of \(other.name)",
      help: "remove it")
  }
}
