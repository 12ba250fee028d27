/// The keys of the sections that systemd reads.
extension QuadletKey {
  /// The keys by section (systemd 258, src/core/load-fragment-gperf.gperf.in).
  static let ofSystemd: [String: Set<String>] = [
    "Unit": words(
      """
      After AllowIsolate Before BindsTo CollectMode Conflicts DefaultDependencies Description \
      Documentation FailureAction FailureActionExitStatus IgnoreOnIsolate JobRunningTimeoutSec \
      JobTimeoutAction JobTimeoutRebootArgument JobTimeoutSec JoinsNamespaceOf OnFailure \
      OnFailureJobMode OnSuccess OnSuccessJobMode PartOf PropagatesReloadTo PropagatesStopTo \
      RebootArgument RefuseManualStart RefuseManualStop ReloadPropagatedFrom Requires \
      RequiresMountsFor Requisite SourcePath StartLimitAction StartLimitBurst StartLimitInterval \
      StartLimitIntervalSec StopPropagatedFrom StopWhenUnneeded SuccessAction \
      SuccessActionExitStatus SurviveFinalKillSignal Upholds Wants WantsMountsFor
      """
    ).union(["Condition", "Assert"].flatMap { kind in conditions.map { kind + $0 } }),
    "Service": words(
      """
      AllowedCPUs AllowedMemoryNodes AmbientCapabilities AppArmorProfile BPFProgram \
      BindLogSockets BindPaths BindReadOnlyPaths BlockIOAccounting BlockIOWeight BusName \
      CPUAccounting CPUAffinity CPUQuota CPUQuotaPeriodSec CPUSchedulingPolicy \
      CPUSchedulingPriority CPUSchedulingResetOnFork CPUShares CPUWeight CacheDirectory \
      CacheDirectoryAccounting CacheDirectoryMode CacheDirectoryQuota CapabilityBoundingSet \
      ConfigurationDirectory ConfigurationDirectoryMode CoredumpFilter CoredumpReceive \
      DefaultMemoryLow DefaultMemoryMin Delegate DelegateNamespaces DelegateSubgroup DeviceAllow \
      DevicePolicy DisableControllers DynamicUser Environment EnvironmentFile ExecCondition \
      ExecPaths ExecReload ExecSearchPath ExecStart ExecStartPost ExecStartPre ExecStop \
      ExecStopPost ExitType ExtensionDirectories ExtensionImagePolicy ExtensionImages \
      FailureAction FileDescriptorStoreMax FileDescriptorStorePreserve FinalKillSignal Group \
      GuessMainPID IOAccounting IODeviceLatencyTargetSec IODeviceWeight IOReadBandwidthMax \
      IOReadIOPSMax IOSchedulingClass IOSchedulingPriority IOWeight IOWriteBandwidthMax \
      IOWriteIOPSMax IPAccounting IPAddressAllow IPAddressDeny IPCNamespacePath \
      IPEgressFilterPath IPIngressFilterPath IgnoreSIGPIPE ImportCredential \
      InaccessibleDirectories InaccessiblePaths KeyringMode KillMode KillSignal LimitAS \
      LimitCORE LimitCPU LimitDATA LimitFSIZE LimitLOCKS LimitMEMLOCK LimitMSGQUEUE LimitNICE \
      LimitNOFILE LimitNPROC LimitRSS LimitRTPRIO LimitRTTIME LimitSIGPENDING LimitSTACK \
      LoadCredential LoadCredentialEncrypted LockPersonality LogExtraFields LogFilterPatterns \
      LogLevelMax LogNamespace LogRateLimitBurst LogRateLimitIntervalSec LogsDirectory \
      LogsDirectoryAccounting LogsDirectoryMode LogsDirectoryQuota ManagedOOMMemoryPressure \
      ManagedOOMMemoryPressureDurationSec ManagedOOMMemoryPressureLimit ManagedOOMPreference \
      ManagedOOMSwap MemoryAccounting MemoryDenyWriteExecute MemoryHigh MemoryKSM MemoryLimit \
      MemoryLow MemoryMax MemoryMin MemoryPressureThresholdSec MemoryPressureWatch MemorySwapMax \
      MemoryZSwapMax MemoryZSwapWriteback MountAPIVFS MountFlags MountImagePolicy MountImages \
      NFTSet NUMAMask NUMAPolicy NetworkNamespacePath Nice NoExecPaths NoNewPrivileges \
      NonBlocking NotifyAccess OOMPolicy OOMScoreAdjust OpenFile PAMName PIDFile PassEnvironment \
      PermissionsStartOnly Personality PrivateBPF PrivateDevices PrivateIPC PrivateMounts \
      PrivateNetwork PrivatePIDs PrivateTmp PrivateUsers ProcSubset ProtectClock \
      ProtectControlGroups ProtectHome ProtectHostname ProtectKernelLogs ProtectKernelModules \
      ProtectKernelTunables ProtectProc ProtectSystem ReadOnlyDirectories ReadOnlyPaths \
      ReadWriteDirectories ReadWritePaths RebootArgument ReloadSignal RemainAfterExit RemoveIPC \
      Restart RestartForceExitStatus RestartKillSignal RestartMaxDelaySec RestartMode \
      RestartPreventExitStatus RestartSec RestartSteps RestrictAddressFamilies \
      RestrictFileSystems RestrictNamespaces RestrictNetworkInterfaces RestrictRealtime \
      RestrictSUIDSGID RootDirectory RootDirectoryStartOnly RootEphemeral RootHash \
      RootHashSignature RootImage RootImageOptions RootImagePolicy RootVerity RuntimeDirectory \
      RuntimeDirectoryMode RuntimeDirectoryPreserve RuntimeMaxSec RuntimeRandomizedExtraSec \
      SELinuxContext SecureBits SendSIGHUP SendSIGKILL SetCredential SetCredentialEncrypted \
      SetLoginEnvironment Slice SmackProcessLabel SocketBindAllow SocketBindDeny Sockets \
      StandardError StandardInput StandardInputData StandardInputText StandardOutput \
      StartLimitAction StartLimitBurst StartLimitInterval StartupAllowedCPUs \
      StartupAllowedMemoryNodes StartupCPUWeight StartupIOWeight StartupMemoryHigh \
      StartupMemoryLow StartupMemoryMax StartupMemorySwapMax StartupMemoryZSwapMax \
      StateDirectory StateDirectoryAccounting StateDirectoryMode StateDirectoryQuota \
      SuccessExitStatus SupplementaryGroups SyslogFacility SyslogIdentifier SyslogLevel \
      SyslogLevelPrefix SystemCallArchitectures SystemCallErrorNumber SystemCallFilter \
      SystemCallLog TTYColumns TTYPath TTYReset TTYRows TTYVHangup TTYVTDisallocate \
      TasksAccounting TasksMax TemporaryFileSystem TimeoutAbortSec TimeoutCleanSec TimeoutSec \
      TimeoutStartFailureMode TimeoutStartSec TimeoutStopFailureMode TimeoutStopSec \
      TimerSlackNSec Type UMask USBFunctionDescriptors USBFunctionStrings UnsetEnvironment User \
      UtmpIdentifier UtmpMode WatchdogSec WatchdogSignal WorkingDirectory
      """),
    "Install": words("Alias Also DefaultInstance RequiredBy UpheldBy WantedBy"),
    "Quadlet": words("DefaultDependencies"),
  ]

  /// What keys such as `ConditionPathExists` and `AssertPathExists` test.
  private static let conditions = words(
    """
    ACPower Architecture CPUFeature CPUPressure CPUs Capability ControlGroupController \
    Credential DirectoryNotEmpty Environment FileIsExecutable FileNotEmpty Firmware FirstBoot \
    Group Host IOPressure KernelCommandLine KernelModuleLoaded KernelVersion Memory \
    MemoryPressure NeedsUpdate OSRelease PathExists PathExistsGlob PathIsDirectory \
    PathIsEncrypted PathIsMountPoint PathIsReadWrite PathIsSymbolicLink Security User Version \
    Virtualization
    """)
}
