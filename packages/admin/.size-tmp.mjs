export * from '@flyte-js/admin'
