// For users
export type { AdminUser } from './admin-user.js'
export {
  type AdminSession,
  type AdminSessionOptions,
  createAdminSession,
  type LeaveOptions,
} from './create-admin-session.js'
