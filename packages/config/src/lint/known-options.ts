/** Options of flytekit that no client of Flyte Admin needs, by section (flytekit and flytekit 0.16, `configuration/`). */
const bySection: Readonly<Record<string, string>> = {
  auth: 'assumable_iam_role kubernetes_service_account raw_output_data_prefix',
  aws: 'endpoint access_key_id secret_access_key enable_debug retries backoff_seconds addressing_style s3_shard_formatter s3_shard_string_length',
  azure: 'storage_account_name storage_account_key tenant_id client_id client_secret',
  gcp: 'gsutil_parallelism gcs_prefix',
  local: 'cache_enabled cache_overwrite',
  persistence: 'attach_execution_metadata',
  resources:
    'default_cpu_limit default_cpu_request default_memory_limit default_memory_request default_gpu_limit default_gpu_request default_storage_limit default_storage_request',
  sdk: 'workflow_packages local_sandbox logging_level logging_format dev_logging_level rich_tracebacks execution_engine type_engines python_venv role name_format task_name_format',
  secrets: 'env_prefix default_dir file_prefix host port disabled disable_tags',
  statsd: 'host port disabled disable_tags',
}

/** The same, as `section.option`. */
export const optionsOfOthers: readonly string[] = Object.entries(bySection).flatMap(([section, options]) =>
  options.split(' ').map((option) => `${section}.${option}`),
)
