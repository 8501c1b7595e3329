#ifndef FUZZ_PROFILE_H
#define FUZZ_PROFILE_H

/*
 * The bytes of a profile, through all that reads profiles: libFuzzer's entry
 * point, and that of our own driver where there is no libFuzzer.
 */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
