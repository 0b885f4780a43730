// A test must not depend on what the machine that runs it has set; FLYTE_TEST_* says which server to test against.
for (const name of Object.keys(process.env)) {
  if (/^FLYTE_(?!TEST_)/.test(name)) delete process.env[name]
}
