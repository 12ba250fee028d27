#ifndef AMM_CFUZZER_H
#define AMM_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with a target, from a program that has a `main` of its own.
///
/// Declared by no header of the toolchain (compiler-rt, lib/fuzzer/FuzzerInterface.h describes it).
int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*target)(const uint8_t *data, size_t size));

#endif
