#ifndef FRAME_POINTER_CODE_H
#define FRAME_POINTER_CODE_H

/* A function that calls its third argument with its first one, while the frame
 * pointer is its second: to be put where it can be run. */

#include <stdint.h>

#ifdef __x86_64__
/* push %rbp; mov %rsi,%rbp; call *%rdx; pop %rbp; ret */
static const unsigned char frame_pointer_code[]
    = {0x55, 0x48, 0x89, 0xf5, 0xff, 0xd2, 0x5d, 0xc3};
#else
/* stp x29, x30, [sp, #-16]!; mov x29, x1; blr x2;
 * ldp x29, x30, [sp], #16; ret */
static const uint32_t frame_pointer_code[]
    = {0xa9bf7bfd, 0xaa0103fd, 0xd63f0040, 0xa8c17bfd, 0xd65f03c0};
#endif

#endif
