#ifndef BATCHD_IN_FLIGHT_MEMORY_H
#define BATCHD_IN_FLIGHT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

// The memory that a supervising parent and its engine child share: a header, one slot per compute thread, and after
// them one for the keeper's thread, in which it says how far it is; `slots` never counts that one. A slot is a
// sequence lock: its sequence is odd while a batch is in flight, and a reader that saw the sequence change has
// read nothing. All memory is accessed by lock-free atomics, so a writer may die at any instruction.

#define INFLIGHT_SLOT_BYTES 16384
#define INFLIGHT_PAYLOAD_BYTES (INFLIGHT_SLOT_BYTES - 32)

struct inflight_memory;

enum inflight_cause { INFLIGHT_NONE, INFLIGHT_SIGNAL, INFLIGHT_EXIT, INFLIGHT_TIMEOUT };

size_t inflight_bytes(uint32_t slots);

// Maps a descriptor; NULL with errno. `bytes` is what was mapped.
struct inflight_memory *inflight_map(int descriptor, size_t *bytes);
void inflight_unmap(struct inflight_memory *memory, size_t bytes);

void inflight_format(struct inflight_memory *memory, uint32_t slots);

// The number of slots; 0 when the memory was not formatted by this build or does not fit in `bytes`.
uint32_t inflight_slots(const struct inflight_memory *memory, size_t bytes);

// Called by the one thread that owns the slot. `count` is at most INFLIGHT_PAYLOAD_BYTES.
void inflight_begin(struct inflight_memory *memory, uint32_t slot, const uint8_t *payload, uint32_t count,
                    int64_t start_nanoseconds, int64_t limit_nanoseconds);
void inflight_end(struct inflight_memory *memory, uint32_t slot);

// Called by anyone. 1 when a batch is in flight, 0 when none is. `payload` may be NULL, else it has room for
// INFLIGHT_PAYLOAD_BYTES.
int inflight_read(const struct inflight_memory *memory, uint32_t slot, uint8_t *payload, uint32_t *count,
                  int64_t *start_nanoseconds, int64_t *limit_nanoseconds);

// Called while no child lives. Ends all slots and forgets the death and the culprit.
void inflight_clear(struct inflight_memory *memory);

void inflight_set_death(struct inflight_memory *memory, int cause, int value, int charge_pending);
void inflight_get_death(const struct inflight_memory *memory, int *cause, int *value, int *charge_pending);

// The slot that is to blame, or -1. The first to blame wins.
void inflight_blame(struct inflight_memory *memory, int slot);
int inflight_culprit(const struct inflight_memory *memory);

// Whether any job failed, or was set aside, under this engine or one before it; never forgotten.
void inflight_note_failure(struct inflight_memory *memory);
int inflight_has_failures(const struct inflight_memory *memory);

#endif
