/// What fuzzed lines are made of: lines as senders write them, and the pieces that parsers stumble over.
enum LineCorpus {
    /// Whole lines, sound ones and broken ones.
    static let lines: [[UInt8]] = [
        #"{"id":"en-001","text":"The kettle boils in under two minutes and the handle stays cool."}"#,
        #"{"id":"zh-001","input_text":"这家面馆的汤头很浓，面也劲道，下次还会来。"}"#,
        #"{"id":17,"input":"Très bien, 😀 ça marche","stars":4.5,"tags":["a","b",{"c":null}]}"#,
        #"{"text":"an \"escaped\" \\ \/ \b\f\n\r\t \u0041\u00e9\u4e2d\ud83d\ude00 text"}"#,
        #"{"text":"half \ud83d a pair","id":null,"custom_id":"c-1","recordId":-0.5e-3}"#,
        #"{"text":"first","text":"last","id":1,"id":"two"}"#,
        #"{"te\u0078t":"an escaped key","\u0069d":"x"}"#,
        #"  { "text" : "white space" , "id" : [ 1 , 2 ] }  "#,
        #"{"text":42,"id":true}"#,
        #"{"title":"no text here"}"#,
        #"{"id":"b-03","text":"The quote is never closed}"#,
        #"{"id":"b-05","text":"A comma too many",}"#,
        #"["b-06","an array, not an object"]"#,
        #""only a string""#,
        "12.5e+3", "null", "{}", "[]", "{\"\":\"\"}",
        #"{"text":"\u0000 and a long id","id":"0123456789012345678901234567890123456789"}"#,
        #"{"text":"was invalid","_error":{"code":"wrong_type","message":"m","line":1,"byte_offset":0,"attempts":0}}"#,
        #"{"_raw":"{\"text\":\"cut\",","_error":{"code":"invalid_json_line","line":2}}"#,
        #"{"_raw_base64":"eyJ0ZXh0Ijoi/yJ9","_error":{"code":"invalid_utf8","line":3}}"#,
        #"{"_raw_base64":"\/\/\/\u002B","_error":{"code":"invalid_utf8","line":4}}"#,
        #"{"a":{"b":{"c":[[[{"d":[1,2,{"e":"f"}]}]]]}},"text":"deep"}"#,
        #"{"n":[0,-0,0.0,1e5,1E-5,-1.5e+300,9007199254740993,18446744073709551615,1e-400],"text":"numbers"}"#,
    ].map { Array($0.utf8) }

    /// Pieces that change what a line means, or end it.
    static let tokens: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\\", " ", "\t", "\r", "\n", "\r\n", "true", "false", "null", "tru",
            "-", "0", "-0", "00", "1.", ".5", "1e", "1e+", "+1", "1e999", "-1e-999", "NaN", "Infinity", "0x1",
            "18446744073709551616", "123456789012345678901234567890", "0.1234567890123456789012345678901234567890",
            "\\u", "\\u12", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0000", "\\x", "\\\"", "\\\\", "\\u0022",
            "\\/",
            "\"text\":", "\"id\":", "\"input_text\":", "\"input\":", "\"custom_id\":", "\"recordId\":",
            "\"text\":\"t\"",
            "\"_error\":{}", "\"_error\":", "\"_raw\":\"{}\"", "\"_raw\":", "\"_raw_base64\":\"AAAA\"",
            ",\"text\":\"again\"", ",{}", ",[]", "{\"a\":", "[[[[[[[[", "]]]]]]]]", "/*c*/", "//", "'", "#", "é",
            "中", "😀",
        ].map { Array($0.utf8) }
        + [
            [0x00], [0x1F], [0x7F], [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0xAF],
            [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE4, 0xB8], [0xEF, 0xBB, 0xBF],
            [0xEF, 0xBF, 0xBD], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE, 0xFF],
            [0xFF, 0xFE], [0xC2, 0xA0], [0xE2, 0x80, 0xA8],
        ]
}
