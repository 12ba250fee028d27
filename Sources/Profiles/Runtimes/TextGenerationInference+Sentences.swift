/// Descriptions of the TGI options for which amm has no field, one sentence each.
extension TextGenerationInference {
  package static let sentences = [
    "--disable-usage-stats": "Whether usage statistics are disabled.",
    "--prometheus-port": "The port in the container for the server's metrics.",
    "--master-addr": "The address at which the shards find each other.",
    "--master-port": "The port at which the shards find each other.",
    "--shard-uds-path": "The path of the socket between the router and the shards.",
    "--weights-cache-override": "Another folder in the container for downloaded models.",
  ]
}
