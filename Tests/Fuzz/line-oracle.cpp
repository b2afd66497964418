// What another parser says of a line: simdjson, behind a C interface that the campaign and the fuzz targets load.
//
// Where simdjson and batchd mean to differ, the difference is here and nowhere else:
// - A number of any size is legal JSON; simdjson refuses what no double or 64-bit integer holds. Half a surrogate pair
//   is a legal escape that stands for U+FFFD; simdjson refuses it. Where it refuses a line, such numbers, if they are
//   written as RFC 8259 demands, are replaced by 0 and such escapes by \uFFFD, and the line is read once more.
// - Depth and keys of an object have limits of batchd's own; they are counted in what simdjson built.
// - A line that is not UTF-8 is told apart from one that is no JSON, whatever else is wrong with it.
// - A byte order mark in front of a line is no JSON.
// Of keys that come twice the last counts, U+0000 is a character like others, and commas before a bracket, control
// characters in strings, and anything behind the value are wrong for both.
#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

enum Verdict : int32_t { record = 0, not_an_object = 1, invalid_json = 2, invalid_utf8 = 3 };

// As JSONKind of batchd.
enum Kind : uint64_t { absent, string, number, true_value, false_value, null_value, object, array };

struct OracleValue {
    uint64_t kind;
    uint64_t start;
    uint64_t count;
};

struct Oracle {
    simdjson::dom::parser parser;
    std::vector<uint8_t> padded;
    std::string rewritten;
    std::string dump;
    size_t depth_maximum = 64;
    size_t keys_maximum = 10000;
    bool is_over_limits = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of the number that RFC 8259, section 6 finds at `at`, or `at` where it finds none.
size_t number_end(std::string_view text, size_t at) {
    size_t i = at;
    auto digits = [&] {
        size_t begin = i;
        while (i < text.size() && is_digit(text[i])) i++;
        return i > begin;
    };
    if (i < text.size() && text[i] == '-') i++;
    if (i < text.size() && text[i] == '0') {
        i++;
    } else if (!digits()) {
        return at;
    }
    if (i < text.size() && text[i] == '.') {
        i++;
        if (!digits()) return at;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) i++;
        if (!digits()) return at;
    }
    return i;
}

bool ends_a_value(char c) { return std::strchr(" \t\r\n,]}:[{\"", c) != nullptr && c != 0; }

// Whether no 64-bit integer holds a number that is written as one, or no double one that is not.
bool is_too_large(std::string_view number) {
    if (number.find_first_of(".eE") != number.npos) return std::isinf(std::strtod(std::string(number).c_str(), nullptr));
    const char *end = number.data() + number.size();
    int64_t with_sign;
    uint64_t without;
    return std::from_chars(number.data(), end, with_sign).ec != std::errc()
        && std::from_chars(number.data(), end, without).ec != std::errc();
}

int hex(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The code unit of the \uXXXX at `at`, or -1.
int code_unit(std::string_view text, size_t at) {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
    int unit = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        if (hex(text[i]) < 0) return -1;
        unit = unit * 16 + hex(text[i]);
    }
    return unit;
}

// Copies the line with numbers that are too large as 0 and halves of surrogate pairs as U+FFFD.
void rewrite(std::string_view text, std::string &out) {
    out.clear();
    bool in_string = false;
    for (size_t i = 0; i < text.size();) {
        if (!in_string) {
            size_t end = text[i] == '-' || is_digit(text[i]) ? number_end(text, i) : i;
            if (end > i && (end == text.size() || ends_a_value(text[end]))) {
                auto number = text.substr(i, end - i);
                if (is_too_large(number)) number = "0";
                out += number;
                i = end;
                continue;
            }
            // A number that is not sound stays as it is to its end, so that no part of it is taken for a sound one.
            if (text[i] == '-' || is_digit(text[i])) {
                while (i < text.size() && !ends_a_value(text[i])) out += text[i++];
                continue;
            }
            in_string = text[i] == '"';
            out += text[i++];
        } else if (text[i] == '\\') {
            int unit = code_unit(text, i);
            int low = unit >= 0xD800 && unit <= 0xDBFF ? code_unit(text, i + 6) : -1;
            if (low >= 0xDC00 && low <= 0xDFFF) {
                out += text.substr(i, 12);
                i += 12;
            } else if (unit >= 0xD800 && unit <= 0xDFFF) {
                out += "\\uFFFD";
                i += 6;
            } else {
                out += text.substr(i, 2);
                i += 2;
            }
        } else {
            in_string = text[i] != '"';
            out += text[i++];
        }
    }
}

simdjson::error_code parse_padded(Oracle &oracle, std::string_view text, element &root) {
    if (oracle.padded.size() < text.size() + simdjson::SIMDJSON_PADDING) {
        oracle.padded.resize(2 * text.size() + simdjson::SIMDJSON_PADDING);
    }
    std::memcpy(oracle.padded.data(), text.data(), text.size());
    std::memset(oracle.padded.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
    return oracle.parser.parse(oracle.padded.data(), text.size(), false).get(root);
}

bool parse(Oracle &oracle, std::string_view text, element &root) {
    if (!parse_padded(oracle, text, root)) return true;
    rewrite(text, oracle.rewritten);
    return !parse_padded(oracle, oracle.rewritten, root);
}

void measure(Oracle &oracle, element value, size_t depth) {
    if (value.type() == element_type::OBJECT) {
        size_t keys = 0;
        if (depth + 1 > oracle.depth_maximum) oracle.is_over_limits = true;
        for (auto member : simdjson::dom::object(value)) {
            keys++;
            measure(oracle, member.value, depth + 1);
        }
        if (keys > oracle.keys_maximum) oracle.is_over_limits = true;
    } else if (value.type() == element_type::ARRAY) {
        if (depth + 1 > oracle.depth_maximum) oracle.is_over_limits = true;
        for (auto child : simdjson::dom::array(value)) measure(oracle, child, depth + 1);
    }
}

void append_sized(std::string &out, std::string_view text) {
    uint64_t count = text.size();
    out.append(reinterpret_cast<const char *>(&count), sizeof count);
    out += text;
}

// Appends what a value means, so that equal bytes mean equal values.
void append_meaning(std::string &out, element value) {
    switch (value.type()) {
    case element_type::STRING:
        out += 's';
        append_sized(out, std::string_view(value));
        break;
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE: {
        double number = double(value);
        out += 'n';
        out.append(reinterpret_cast<const char *>(&number), sizeof number);
        break;
    }
    case element_type::BOOL: out += bool(value) ? 't' : 'f'; break;
    case element_type::NULL_VALUE: out += '0'; break;
    case element_type::OBJECT:
        out += '{';
        for (auto member : simdjson::dom::object(value)) {
            out += ',';
            append_sized(out, member.key);
            append_meaning(out, member.value);
        }
        out += '}';
        break;
    case element_type::ARRAY:
        out += '[';
        for (auto child : simdjson::dom::array(value)) {
            out += ',';
            append_meaning(out, child);
        }
        out += ']';
        break;
    }
}

Kind kind_of(element value) {
    switch (value.type()) {
    case element_type::STRING: return string;
    case element_type::BOOL: return bool(value) ? true_value : false_value;
    case element_type::NULL_VALUE: return null_value;
    case element_type::OBJECT: return object;
    case element_type::ARRAY: return array;
    default: return number;
    }
}

}  // namespace

extern "C" {

void *oracle_make() { return new Oracle; }

void oracle_free(void *oracle) { delete static_cast<Oracle *>(oracle); }

// Judges a line. `keys` are the wanted keys, each with a NUL behind it; `values` has one place for each. What the
// values mean lies at `*dump`, until the next call: the text of a string, a double for a number.
int32_t oracle_line(
    void *context, const uint8_t *line, uint64_t count, uint64_t depth_maximum, uint64_t keys_maximum,
    const char *keys, uint64_t key_count, OracleValue *values, const uint8_t **dump
) {
    auto &oracle = *static_cast<Oracle *>(context);
    std::string_view text(reinterpret_cast<const char *>(line), count);
    if (!simdjson::validate_utf8(text)) return invalid_utf8;
    if (text.substr(0, 3) == "\xEF\xBB\xBF") return invalid_json;
    element root;
    if (!parse(oracle, text, root)) return invalid_json;
    oracle.depth_maximum = depth_maximum;
    oracle.keys_maximum = keys_maximum;
    oracle.is_over_limits = false;
    measure(oracle, root, 0);
    if (oracle.is_over_limits) return invalid_json;
    if (root.type() != element_type::OBJECT) return not_an_object;
    oracle.dump.clear();
    for (uint64_t i = 0; i < key_count; i++) values[i] = OracleValue{absent, 0, 0};
    for (auto member : simdjson::dom::object(root)) {
        const char *key = keys;
        for (uint64_t i = 0; i < key_count; i++, key += std::strlen(key) + 1) {
            if (member.key != std::string_view(key)) continue;
            OracleValue &value = values[i];
            value.kind = kind_of(member.value);
            value.start = oracle.dump.size();
            append_meaning(oracle.dump, member.value);
            value.count = oracle.dump.size() - value.start;
        }
    }
    *dump = reinterpret_cast<const uint8_t *>(oracle.dump.data());
    return record;
}

// What a whole JSON text means, at `*dump` until the next call; -1 where it is none. Members of the outermost object
// with the key `left_out` are left out.
int64_t oracle_meaning(
    void *context, const uint8_t *json, uint64_t count, const char *left_out, const uint8_t **dump
) {
    auto &oracle = *static_cast<Oracle *>(context);
    element root;
    if (!parse(oracle, std::string_view(reinterpret_cast<const char *>(json), count), root)) return -1;
    oracle.dump.clear();
    if (left_out != nullptr && root.type() == element_type::OBJECT) {
        for (auto member : simdjson::dom::object(root)) {
            if (member.key == std::string_view(left_out)) continue;
            append_sized(oracle.dump, member.key);
            append_meaning(oracle.dump, member.value);
        }
    } else {
        append_meaning(oracle.dump, root);
    }
    *dump = reinterpret_cast<const uint8_t *>(oracle.dump.data());
    return int64_t(oracle.dump.size());
}

}  // extern "C"
