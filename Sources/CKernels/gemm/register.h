// Keeps a vector in a register at a place: the compiler can neither see through it nor move sums across it.
#ifndef BATCHD_REGISTER_H
#define BATCHD_REGISTER_H

#if defined(__x86_64__)
#define BK_IN_REGISTER(value) __asm__("" : "+v"(value))
#elif defined(__aarch64__)
#define BK_IN_REGISTER(value) __asm__("" : "+w"(value))
#else
#define BK_IN_REGISTER(value) __asm__("" : "+m"(value))
#endif

#endif
