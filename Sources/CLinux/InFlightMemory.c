#include "InFlightMemory.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MAGIC UINT64_C(0x3330444843544142) // "BATCHD03" as it lies in memory; the digits number the layout.
#define PAYLOAD_WORDS (INFLIGHT_PAYLOAD_BYTES / 8)

struct slot {
    _Atomic uint64_t sequence;
    _Atomic int64_t start_nanoseconds;
    _Atomic int64_t limit_nanoseconds;
    _Atomic uint64_t payload_bytes;
    _Atomic uint64_t payload[PAYLOAD_WORDS];
};

struct inflight_memory {
    _Atomic uint64_t magic;
    _Atomic uint32_t slot_count;
    _Atomic int32_t cause;
    _Atomic int32_t value;
    _Atomic int32_t charge_pending;
    _Atomic int32_t culprit_plus_one;
    _Atomic int32_t has_failures;
    char padding[4096 - 32];
    struct slot slots[];
};

_Static_assert(sizeof(struct slot) == INFLIGHT_SLOT_BYTES, "a slot is a whole number of pages");
_Static_assert(sizeof(struct inflight_memory) == 4096, "the header is one page");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a lock in shared memory would die with its holder");

size_t inflight_bytes(uint32_t slots) {
    return sizeof(struct inflight_memory) + ((size_t)slots + 1) * sizeof(struct slot);
}

struct inflight_memory *inflight_map(int descriptor, size_t *bytes) {
    struct stat description;
    if (fstat(descriptor, &description) == -1) return NULL;
    if (description.st_size < (off_t)sizeof(struct inflight_memory)) {
        errno = EINVAL;
        return NULL;
    }
    *bytes = (size_t)description.st_size;
    void *memory = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void inflight_unmap(struct inflight_memory *memory, size_t bytes) {
    munmap(memory, bytes);
}

void inflight_format(struct inflight_memory *memory, uint32_t slots) {
    atomic_store_explicit(&memory->slot_count, slots, memory_order_relaxed);
    atomic_store_explicit(&memory->magic, MAGIC, memory_order_release);
}

uint32_t inflight_slots(const struct inflight_memory *memory, size_t bytes) {
    if (atomic_load_explicit(&memory->magic, memory_order_acquire) != MAGIC) return 0;
    uint32_t slots = atomic_load_explicit(&memory->slot_count, memory_order_relaxed);
    return inflight_bytes(slots) <= bytes ? slots : 0;
}

static void store_payload(struct slot *slot, const uint8_t *payload, uint32_t count) {
    for (uint32_t offset = 0; offset < count; offset += 8) {
        uint64_t word = 0;
        memcpy(&word, payload + offset, count - offset < 8 ? count - offset : 8);
        atomic_store_explicit(&slot->payload[offset / 8], word, memory_order_relaxed);
    }
}

void inflight_end(struct inflight_memory *memory, uint32_t index) {
    struct slot *slot = &memory->slots[index];
    uint64_t sequence = atomic_load_explicit(&slot->sequence, memory_order_relaxed);
    atomic_store_explicit(&slot->sequence, sequence + 1, memory_order_release);
}

void inflight_begin(struct inflight_memory *memory, uint32_t index, const uint8_t *payload, uint32_t count,
                    int64_t start_nanoseconds, int64_t limit_nanoseconds) {
    struct slot *slot = &memory->slots[index];
    uint64_t idle = atomic_load_explicit(&slot->sequence, memory_order_relaxed);
    if (idle & 1) {
        inflight_end(memory, index);
        idle += 1;
    }
    // Keeps the stores below after the even sequence that the last end stored.
    atomic_thread_fence(memory_order_release);
    store_payload(slot, payload, count);
    atomic_store_explicit(&slot->payload_bytes, count, memory_order_relaxed);
    atomic_store_explicit(&slot->start_nanoseconds, start_nanoseconds, memory_order_relaxed);
    atomic_store_explicit(&slot->limit_nanoseconds, limit_nanoseconds, memory_order_relaxed);
    atomic_store_explicit(&slot->sequence, idle + 1, memory_order_release);
}

static uint32_t load_payload(const struct slot *slot, uint8_t *payload) {
    uint64_t count = atomic_load_explicit(&slot->payload_bytes, memory_order_relaxed);
    if (count > INFLIGHT_PAYLOAD_BYTES) count = INFLIGHT_PAYLOAD_BYTES;
    for (uint64_t offset = 0; payload != NULL && offset < count; offset += 8) {
        uint64_t word = atomic_load_explicit(&slot->payload[offset / 8], memory_order_relaxed);
        memcpy(payload + offset, &word, 8);
    }
    return (uint32_t)count;
}

int inflight_read(const struct inflight_memory *memory, uint32_t index, uint8_t *payload, uint32_t *count,
                  int64_t *start_nanoseconds, int64_t *limit_nanoseconds) {
    const struct slot *slot = &memory->slots[index];
    for (;;) {
        uint64_t before = atomic_load_explicit(&slot->sequence, memory_order_acquire);
        if ((before & 1) == 0) return 0;
        *start_nanoseconds = atomic_load_explicit(&slot->start_nanoseconds, memory_order_relaxed);
        *limit_nanoseconds = atomic_load_explicit(&slot->limit_nanoseconds, memory_order_relaxed);
        *count = load_payload(slot, payload);
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&slot->sequence, memory_order_relaxed) == before) return 1;
    }
}

void inflight_clear(struct inflight_memory *memory) {
    uint32_t slots = atomic_load_explicit(&memory->slot_count, memory_order_relaxed);
    for (uint32_t index = 0; index < slots; index++) {
        if (atomic_load_explicit(&memory->slots[index].sequence, memory_order_relaxed) & 1) inflight_end(memory, index);
    }
    atomic_store_explicit(&memory->culprit_plus_one, 0, memory_order_relaxed);
    inflight_set_death(memory, INFLIGHT_NONE, 0, 0);
}

void inflight_set_death(struct inflight_memory *memory, int cause, int value, int charge_pending) {
    atomic_store_explicit(&memory->cause, cause, memory_order_relaxed);
    atomic_store_explicit(&memory->value, value, memory_order_relaxed);
    atomic_store_explicit(&memory->charge_pending, charge_pending, memory_order_release);
}

void inflight_get_death(const struct inflight_memory *memory, int *cause, int *value, int *charge_pending) {
    *charge_pending = atomic_load_explicit(&memory->charge_pending, memory_order_acquire);
    *cause = atomic_load_explicit(&memory->cause, memory_order_relaxed);
    *value = atomic_load_explicit(&memory->value, memory_order_relaxed);
}

void inflight_blame(struct inflight_memory *memory, int slot) {
    int32_t nobody = 0;
    atomic_compare_exchange_strong(&memory->culprit_plus_one, &nobody, slot + 1);
}

int inflight_culprit(const struct inflight_memory *memory) {
    return atomic_load(&memory->culprit_plus_one) - 1;
}

void inflight_note_failure(struct inflight_memory *memory) {
    atomic_store_explicit(&memory->has_failures, 1, memory_order_relaxed);
}

int inflight_has_failures(const struct inflight_memory *memory) {
    return atomic_load_explicit(&memory->has_failures, memory_order_relaxed);
}
