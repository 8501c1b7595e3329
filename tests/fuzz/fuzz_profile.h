#ifndef FUZZ_PROFILE_H
#define FUZZ_PROFILE_H

/*
 * Bytes for one of the fuzz_ files: libFuzzer's entry point, and for profiles
 * that of our own driver where there is no libFuzzer.
 */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
