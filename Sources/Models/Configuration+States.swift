import Values

/// Reads the states of layers that keep no keys and values.
extension Configuration {
  var linear: LinearAttention? {
    if let keys = integer("linear_num_key_heads"), let values = integer("linear_num_value_heads"),
      let key = integer("linear_key_head_dim"), let value = integer("linear_value_head_dim")
    {
      return LinearAttention(
        keyHeads: keys, valueHeads: values, keySize: key, valueSize: value,
        taps: integer("linear_conv_kernel_dim"))
    }
    // In Ring and MiniMax, keys and values have as many heads as queries, without a convolution.
    if value["layer_group_size"] != nil || isOf("minimax", "minimax_text_01"),
      value["linear_attn_config"] == nil, let heads = attentionHeads,
      let size = integer("head_dim") ?? evenHeadSize
    {
      return LinearAttention(
        keyHeads: heads, valueHeads: heads, keySize: size, valueSize: size,
        taps: integer("short_conv_kernel_size"))
    }
    // In Kimi Linear, keys and values have the same number of heads.
    guard let own = value["linear_attn_config"], let heads = own["num_heads"]?.wholeNumber,
      let size = own["head_dim"]?.wholeNumber
    else { return nil }
    return LinearAttention(
      keyHeads: heads, valueHeads: heads, keySize: size, valueSize: size,
      taps: own["short_conv_kernel_size"]?.wholeNumber)
  }

  var stateSpace: StateSpace? {
    let taps = integer("conv_kernel", "mamba_d_conv", "conv1d_width")
    // Mamba 1 has a state for each inner element, and no heads (modeling_mamba.py).
    if isOf("mamba", "falcon_mamba", "jamba"), let hidden = hiddenSize,
      let state = integer("state_size", "mamba_d_state"),
      let inner = integer("mamba_expand", "expand").flatMap({ $0.times(hidden) })
    {
      return StateSpace(heads: inner, headSize: 1, stateSize: state, groups: 0, taps: taps)
    }
    // modeling_recurrent_gemma.py.
    if isOf("recurrent_gemma"), let width = integer("lru_width") ?? hiddenSize {
      return StateSpace(heads: width, headSize: 1, stateSize: 1, groups: 0, taps: taps ?? 4)
    }
    if isOf("mamba2"), let hidden = hiddenSize, let size = integer("head_dim"),
      let state = integer("state_size"),
      let inner = integer("expand").flatMap({ $0.times(hidden) }), inner % size == 0
    {
      return StateSpace(
        heads: inner / size, headSize: size, stateSize: state, groups: integer("n_groups") ?? 1,
        taps: taps)
    }
    guard let heads = integer("mamba_num_heads", "mamba_n_heads"),
      let size = integer("mamba_head_dim", "mamba_d_head"),
      let state = integer("ssm_state_size", "mamba_d_state", "state_size")
    else { return nil }
    return StateSpace(
      heads: heads, headSize: size, stateSize: state,
      groups: integer("n_groups", "mamba_n_groups") ?? 1, taps: taps)
  }
}
