/*
 * test_csv.c: single cells first, what an attacker would write before what a reader would; then
 * rows, nested rows and what does not fit.
 */
#include "base/buffer.h"
#include "view/csv.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct csv_view one_column = {"rows", NULL, {{"v", "v"}, {NULL, NULL}}};

/* The line of a document with one row and one cell, without heading and line end. */
static void write_cell(struct buffer *out, json_t *value)
{
    json_t *document = json_pack("{s:[{s:o}]}", "rows", "v", value);

    assert_non_null(document);
    buffer_clear(out);
    assert_int_equal(csv_write(out, &one_column, document, CSV_COMMA), ERR_NONE);
    json_decref(document);
    assert_true(out->len >= 5);
    assert_memory_equal(out->data, "v\r\n", 3);
    assert_memory_equal(out->data + out->len - 2, "\r\n", 2);
    buffer_cut(out, out->len - 2);
    memmove(out->data, out->data + 3, out->len - 3);
    buffer_cut(out, out->len - 3);
}

static const struct cell {
    const char *json;
    const char *expected;
} cells[] = {
    /* formulas */
    {"\"=1+1\"", "'=1+1"},
    {"\"+7 800\"", "'+7 800"},
    {"\"-1\"", "'-1"},
    {"\"@SUM(A1)\"", "'@SUM(A1)"},
    {"\"=\"", "'="},
    {"\"＝1\"", "'＝1"},
    {"\"＋1\"", "'＋1"},
    {"\"－1\"", "'－1"},
    {"\"＠A\"", "'＠A"},
    {"\"\\t=1\"", "\"'\t=1\""},
    {"\"\\tx\"", "\"'\tx\""},
    {"\"\\r=1\"", "\"'\r=1\""},
    {"\"\\n=1\"", "\"'\n=1\""},
    {"\"\\nx\"", "\"'\nx\""},
    {"\"\\r\\n=1\"", "\"'\r\n=1\""},
    {"\" =1\"", "\"' =1\""},
    {"\"  \\n @x\"", "\"'  \n @x\""},
    {"\"=cmd|' /C calc'!A0\"", "'=cmd|' /C calc'!A0"},
    {"\"=HYPERLINK(\\\"http://x\\\",\\\"y\\\")\"", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
    /* attempts to begin another cell or line: they stay within the quotes */
    {"\"a\\n=1+1\"", "\"a\n=1+1\""},
    {"\"a\\r\\n=1+1\"", "\"a\r\n=1+1\""},
    {"\"a,=1+1\"", "\"a,=1+1\""},
    {"\"a;=1+1\"", "\"a;=1+1\""},
    {"\"a\\t=1+1\"", "\"a\t=1+1\""},
    {"\"a\\\",=1+1\"", "\"a\"\",=1+1\""},
    {"\"\\\"\"", "\"\"\"\""},
    /* what needs nothing */
    {"\"a=b\"", "a=b"},
    {"\"1-2\"", "1-2"},
    {"\"it's\"", "it's"},
    {"\"Сетевой город. Образование\"", "Сетевой город. Образование"},
    {"\"https://netschool.edu22.info/?a=1\"", "https://netschool.edu22.info/?a=1"},
    {"\" a\"", "\" a\""},
    {"\"a \"", "\"a \""},
    {"\"   \"", "\"   \""},
    /* other types */
    {"\"\"", ""},
    {"null", ""},
    {"0", "0"},
    {"-5", "-5"},
    {"-1.5", "-1.5"},
    {"1.21", "1.21"},
    {"true", "true"},
    {"false", "false"},
    {"[]", ""},
    {"[\"22\", \"122\"]", "\"22, 122\""},
    {"[22]", "22"},
    {"[\"=1\", 2]", "\"'=1, 2\""},
    {"[-1, null, true]", "\"'-1, , true\""},
};

static void writes_cells(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        json_t *value = json_loads(cells[i].json, JSON_DECODE_ANY, NULL);

        assert_non_null(value);
        write_cell(&out, value);
        if (strcmp(buffer_text(&out), cells[i].expected) != 0)
            fail_msg("%s: have %s want %s", cells[i].json, buffer_text(&out), cells[i].expected);
    }
    buffer_free(&out);
}

static void keeps_nul_bytes(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;
    write_cell(&out, json_stringn("a\0b", 3));
    assert_int_equal(out.len, 5);
    assert_memory_equal(out.data, "\"a\0b\"", 5);
    buffer_free(&out);
}

static const struct csv_view regions = {
    "list.regions",
    NULL,
    {{"iso", "iso"}, {"portal; name", "portal.name"}, {"note", "note"}, {NULL, NULL}}};
static const struct csv_view logins = {
    "list.regions",
    "logins",
    {{"iso", "iso"}, {"url", "./url"}, {"portal", "./portal.name"}, {NULL, NULL}}};

static const char document_text[] =
    "{\"list\": {\"regions\": ["
    "{\"iso\": \"ru-alt\", \"portal\": {\"name\": \"A, B\"}, \"note\": null,"
    " \"logins\": [{\"url\": \"https://a\", \"portal\": {\"name\": \"x\"}}, {\"url\": "
    "\"https://b\"}]},"
    "{\"iso\": \"ru-ba\", \"logins\": []},"
    "{\"iso\": \"ru-per\", \"portal\": \"text\"}]}}";

static void check_document(const struct csv_view *view, enum csv_form form, const char *expected)
{
    struct buffer out = BUFFER_INIT;
    json_t *document = json_loads(document_text, 0, NULL);

    assert_non_null(document);
    buffer_puts(&out, "before|");
    assert_int_equal(csv_write(&out, view, document, form), ERR_NONE);
    assert_string_equal(buffer_text(&out), expected);
    json_decref(document);
    buffer_free(&out);
}

static void writes_rows(void **state)
{
    (void)state;
    check_document(&regions, CSV_COMMA,
                   "before|iso,\"portal; name\",note\r\n"
                   "ru-alt,\"A, B\",\r\n"
                   "ru-ba,,\r\n"
                   "ru-per,,\r\n");
}

static void writes_nested_rows(void **state)
{
    (void)state;
    check_document(&logins, CSV_COMMA_BOM,
                   "before|\xEF\xBB\xBFiso,url,portal\r\n"
                   "ru-alt,https://a,x\r\n"
                   "ru-alt,https://b,\r\n"
                   "ru-ba,,\r\n"
                   "ru-per,,\r\n");
}

/* For spreadsheets with semicolons: codes stay texts, numbers numbers, and what could begin a cell
 * is quoted as before. */
static void writes_for_spreadsheets(void **state)
{
    static const struct csv_view view = {
        "rows", NULL, {{"code", "code"}, {"n", "n"}, {"text", "text"}, {NULL, NULL}}};
    json_t *document = json_pack("{s:[{s:s,s:i,s:s},{s:s,s:i,s:s},{s:s,s:n,s:s}]}", "rows", "code",
                                 "01", "n", 7, "text", "a;b", "code", "777", "n", -3, "text", "=1",
                                 "code", "", "n", "text", "12 а");
    struct buffer out = BUFFER_INIT;

    (void)state;
    assert_int_equal(csv_write(&out, &view, document, CSV_SEMICOLON), ERR_NONE);
    assert_string_equal(buffer_text(&out), "\xEF\xBB\xBF"
                                           "code;n;text\r\n"
                                           "\"=\"\"01\"\"\";7;\"a;b\"\r\n"
                                           "\"=\"\"777\"\"\";-3;'=1\r\n"
                                           ";;12 а\r\n");
    json_decref(document);
    buffer_free(&out);
}

/* A table of columns that is full has no NULL heading at its end. */
static void stops_after_the_last_column(void **state)
{
    struct csv_view full = {"rows", NULL, {{NULL, NULL}}};
    struct buffer out = BUFFER_INIT;
    json_t *document = json_pack("{s:[{s:s}]}", "rows", "v", "x");

    (void)state;
    for (size_t i = 0; i < CSV_COLUMNS_MAX; i++)
        full.columns[i] = (struct csv_column){"v", "v"};
    assert_int_equal(csv_write(&out, &full, document, CSV_COMMA), ERR_NONE);
    assert_int_equal(out.len, 2 * (2 * CSV_COLUMNS_MAX - 1 + 2));
    json_decref(document);
    buffer_free(&out);
}

static const char *const unfit[] = {
    "{}",
    "[]",
    "{\"rows\": null}",
    "{\"rows\": {\"v\": 1}}",
    "{\"rows\": [{\"v\": 1}, {\"v\": {\"a\": 1}}]}",
    "{\"rows\": [{\"v\": [{\"a\": 1}]}]}",
    "{\"rows\": [{\"v\": [[1]]}]}",
};

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        struct buffer out = BUFFER_INIT;
        json_t *document = json_loads(unfit[i], 0, NULL);

        assert_non_null(document);
        buffer_puts(&out, "before");
        assert_int_equal(csv_write(&out, &one_column, document, CSV_COMMA_BOM), ERR_INVALID);
        assert_string_equal(buffer_text(&out), "before");
        json_decref(document);
        buffer_free(&out);
    }
}

static void no_rows_give_the_headings(void **state)
{
    struct buffer out = BUFFER_INIT;
    json_t *document = json_pack("{s:[]}", "rows");

    (void)state;
    assert_int_equal(csv_write(&out, &one_column, document, CSV_COMMA), ERR_NONE);
    assert_string_equal(buffer_text(&out), "v\r\n");
    json_decref(document);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_does_not_fit), cmocka_unit_test(writes_cells),
        cmocka_unit_test(keeps_nul_bytes),           cmocka_unit_test(writes_rows),
        cmocka_unit_test(writes_nested_rows),        cmocka_unit_test(writes_for_spreadsheets),
        cmocka_unit_test(no_rows_give_the_headings), cmocka_unit_test(stops_after_the_last_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
