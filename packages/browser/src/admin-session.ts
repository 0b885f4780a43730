// For users: the session of Flyte Admin's cookies alone, for pages that bring their own client.
export type { AdminUser } from './admin-user.js'
export {
  type AdminSession,
  type AdminSessionOptions,
  createAdminSession,
  type LeaveOptions,
} from './create-admin-session.js'
