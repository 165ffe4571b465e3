/** What happened, what was kept, what to do; one wording for each code of shared/errors. */
export const errors = {
  INTERNAL:
    'The program has a fault; your data are untouched. Try again; if it stays, give the reference to the system administrator.',
  INPUT_INVALID:
    'What was entered does not fit ({{field}}); nothing was changed. Correct it and try again.',
  FORBIDDEN:
    'Your role or area does not allow this. No record was shown and the act was logged. Ask the head of office if you need it.',
  LOCKED: 'The desk is locked; nothing was submitted. Unlock and try again.',
  CANCELLED: 'Cancelled; nothing was changed. Start again when you want.',
  BUSY: 'The same work is running; its progress is kept. Wait for it or cancel it first.',
  FILE_UNREADABLE: 'The file {{name}} cannot be read; it was not changed. Choose another copy.',
  FILE_NEEDS_FOLDER:
    '{{name}} is the signature of files beside it. Open it with the button: the files in its folder are read too.',
  FILE_TOO_LARGE:
    'The file {{name}} is larger than {{limitMb}} MB and was not read. Choose a smaller one.',
  DISK_FULL:
    'The disk is full, {{neededMb}} MB more are needed. What was written before is kept: free space and try again.',
  DISK_READ_ONLY:
    'The data folder cannot be written; the data are unchanged. Ask the system administrator for write access.',
  PROGRAM_ALTERED:
    "The program's file {{file}} is not as released; nothing was opened and no data changed. Install the program again from its release medium.",
  FALLBACK_RESTRICTED:
    'The fallback runtime is for practice and tests only; nothing was done. Use the released program.',
  CONTROL_NO_KEY:
    'This device was enrolled without a control channel: orders of the centre do not reach it while locked. Enrol it anew to have one.',
  LEASE_FILE_MALFORMED:
    'The file {{name}} is no lease file; nothing was changed. Choose the file that the centre wrote for this device.',
  LEASE_FILE_FORGED:
    "The file {{name}} is not signed by your office's server; the lease was not renewed. Do not use it and report where it came from.",
  LEASE_FILE_OTHER_OFFICE:
    'The lease belongs to another office ({{office}}); it was not renewed. Choose the file for this office.',
  LEASE_FILE_OTHER_DEVICE:
    'The lease belongs to another device ({{device}}); it was not renewed. Choose the file for this device.',
  LEASE_FILE_OLDER:
    'The lease in the file is not newer than the present one; nothing was changed. Ask the centre for a new file.',
  LEASE_FILE_ENDED:
    "The lease in the file is over; nothing was changed. Ask for a new file; if this computer's clock was wrong, go online once.",
  ENROL_CODE_MALFORMED:
    'The code fails its check; no server was contacted. Type it again from the slip.',
  ENROL_CODE_REFUSED:
    'The server does not know this code or it was used; this device was not enrolled. Ask for a new code.',
  ENROL_CODE_EXPIRED:
    'The code ended at {{expired}}; this device was not enrolled. Ask for a new code.',
  ENROL_SERVER_MISMATCH:
    "The server's certificate does not belong to the code; enrolment stopped and nothing was sent. Do not go on; check the address with the administrator.",
  ENROL_NOT_MANAGED:
    'The administrator of this computer has set another server or authority to enrol with. Ask the system administrator.',
  ENROL_MANAGED_FAULTY:
    'The administrator’s configuration of this computer cannot be used ({{fields}}), so that no server is certain. This device was not enrolled: have the system administrator mend it, then start the program again.',
  ENROL_UNREACHABLE:
    'No answer from {{address}}; this device was not enrolled. Check the network and the address.',
  ENROL_NO_KEY_STORE:
    'The system has no key store to bind the keys to this machine; nothing was enrolled. Have the system keyring set up, then enrol again.',
  ENROL_TOKEN_NEEDED:
    'Your office asks for a U-Key as well. Insert it, choose its certificate, enter the PIN and try again; enrolment code and recovery key are still good.',
  TOKEN_ATTACHED:
    'Your sign-in is bound to a U-Key already. Unbind it first; if it is lost, use the recovery key.',
  TOKEN_REQUIRED:
    'The U-Key cannot be unbound under the present rules. Ask the security administrator.',
  ENROL_ALREADY: 'This device belongs to an office already; nothing was changed. Use that office.',
  KEYSLOTS_DAMAGED:
    'The key file is damaged or altered; the data files are untouched. Restore the key file from the backup.',
  KEYSLOTS_OUTDATED:
    'Keys cannot be changed before the person with badge {{badge}} has logged in once; nothing was changed. Have the person log in, or remove the person, then try again.',
  STATEMENT_INVALID:
    'The role or lease statement does not verify; the data are untouched. Synchronise; if it stays, call the security administrator.',
  LEASE_ENDED:
    'The device was offline longer than its lease; the data are kept but closed. Synchronise, or renew the lease by stick.',
  PERSON_UNKNOWN:
    'Badge {{badge}} has no role in force or no way in on this device; nothing was changed. Synchronise and try again.',
  PERSON_EXISTS:
    'Badge {{badge}} can unlock this device already; nothing was changed. For a forgotten password use the recovery key.',
  PERSON_KEYS_MISSING:
    'Your role does not hold the keys that badge {{badge}} needs; nothing was changed. Have somebody of a like role add the person, or use the recovery key.',
  PERSON_LAST:
    'Without badge {{badge}} nobody could look up certificates on this device; nothing was changed. Add another person or hand out the recovery key first.',
  PERSON_REMOVED:
    'The person was removed; the old key file is not valid. Call the security administrator; the event is in the audit log.',
  ROLE_KEYS_MISSING:
    'The role was changed and needs other keys; the data are untouched. Have the person removed and added again.',
  RECOVERY_PARTS_GONE:
    'The recovery key was handed out or is no longer in memory, and cannot be shown. Have the office head make a new one.',
  PASSWORD_WEAK:
    'The password is shorter than {{minLength}} characters; nothing was changed. Choose a longer one.',
  USER_UNKNOWN:
    'No user of this device has this badge number; nothing was changed. Check the number.',
  SYNC_UNREACHABLE:
    'The server does not answer; the data on this device stay in use. Check the network and try again.',
  SYNC_INTERRUPTED:
    'The line broke; what had arrived is kept. Try again: it goes on where it stopped.',
  SYNC_SERVER_IDENTITY:
    "This is not your office's server; the connection was cut and nothing was sent. Leave this network and call the administrator.",
  SYNC_DEVICE_REFUSED:
    'The server refused this device; the data are unchanged. Call the central administrator.',
  SYNC_SIGNATURE_BAD:
    'The signature of the received list is wrong; nothing was applied. Report it.',
  SYNC_OBJECT_DAMAGED:
    'The piece {{object}} arrived incomplete or altered and was thrown away; the rest is kept. Try again: only that piece is fetched.',
  SYNC_KEY_EPOCH:
    'The data are sealed under the region’s keys number {{epoch}}; this device holds number {{held}}. Nothing was applied and the present data stay in use. Synchronise again, which brings the keys in force, or take a newer stick.',
  SYNC_ROOT_MISMATCH:
    'After the update {{buckets}} groups differ from the server; it was not put in force and the former data stay in use. Try again to repair.',
  SYNC_SCHEMA_UNSUPPORTED:
    "The server's data need a newer program; data and waiting reports are kept. Update the program.",
  SYNC_SERVER_OUTDATED:
    'The server is older than this program, so nothing new can be fetched; the data here stay in use. Ask the administrator to update the server.',
  SYNC_CURSOR_REFUSED:
    'The server asks for a fresh load; until it is verified the former data stay in use. Start synchronising.',
  SYNC_STATE_MOVED:
    "The server's data changed while they were being compared. The comparison is repeated by itself; you may also sync again later.",
  SYNC_ROLLED_BACK:
    'The server offers data older than this device has seen; local data are unchanged. It may have been restored from an old backup: ask the administrator of the platform to check it, then synchronise again.',
  SYNC_CHAIN_BROKEN:
    "The server's list of data does not go on from the ones seen before; local data are unchanged. The administrator of the platform checks for a second server or an old backup and publishes anew; then synchronise again.",
  SYNC_INCOMPLETE:
    "The server's list of data is incomplete or contradicts itself; local data are unchanged. Try again later; when it stays, tell the administrator of the platform.",
  SYNC_PROTOCOL:
    'The answer is not one of our server; local data are unchanged. Try again or change the network.',
  SYNC_PORTAL: 'The network asks for a login in a browser. Log in there, then try again.',
  SYNC_CLOCK:
    "The date of this device is {{today}}; by it the server's certificate is not valid. Local data are unchanged. Set date and time right and try again; where they are right, leave this network and call the administrator.",
  SYNC_PROXY_REFUSED:
    'The proxy does not let us through. Check its user and password, or ask the network administrator.',
  SYNC_PROXY_UNREACHABLE: 'The proxy does not answer. Check its address and the network.',
  PROXY_ADDRESS_INVALID:
    'The proxy address must read host:port, and its user has no colon; nothing was changed. Please correct it.',
  SYNC_TOO_SLOW:
    'The network is too slow and was let go; what had arrived is kept. Try again or change the network.',
  SYNC_ANSWER_TOO_LARGE:
    'More came than should; receiving was stopped and local data are unchanged. Change the network and try again.',
  SYNC_SERVER_BUSY:
    'The server is busy; the data on this device stay in use. It tries again in {{seconds}} s.',
  STORE_KEY_WRONG:
    'The key does not open {{file}}; the file is unchanged. Check that the data folder belongs to this office.',
  STORE_CORRUPT:
    'The data file {{file}} is damaged and was not changed; waiting reports are in another file. Restore the backup or load the data again.',
  STORE_FROM_FUTURE:
    'The data file {{file}} has version {{version}}, newer than {{ours}} of this program; it was not changed. Install the newer version.',
  STORE_UPGRADE_FAILED:
    'The data file {{file}} could not be brought from version {{version}} to {{ours}} and is as it was before. Go on with the former program and report it.',
  STORE_IO:
    'The disk failed on the data file {{file}}; nothing that was confirmed is lost. Try again; if it repeats, back up to another disk and have this one checked.',
  STORE_MISSING:
    'The data file {{file}} is missing; the other files are unchanged. Restore it from the backup.',
  STORE_CRASHED: 'The data service stopped; nothing that was confirmed is lost. Unlock again.',
  STORE_IN_USE: 'Another window holds the data folder; nothing was changed. Use the open window.',
  AUDIT_CHAIN_BROKEN:
    'The audit log does not verify from entry {{entry}} on; nothing was changed. Stop and call the auditor.',
  BOARDS_INCOMPLETE:
    'Changes, training and exams have not all arrived; past days, forecasts and exports computed from them would be wrong. Finish synchronising and try again; present statuses can be seen meanwhile.',
  SLICE_EMPTY: 'There are no data on this device yet. Run the first synchronisation.',
  REVEAL_LIMIT:
    'Numbers were asked for, or hidden values shown, {{limit}} times within the hour; this one was not shown, and the log says so. Try again in {{minutes}} minutes.',
  EMERGENCY_READ_ONLY:
    'The desk is in emergency read-only mode: it can only look up, and nothing was changed. Use a machine that works normally, or ask the system administrator.',
  EMERGENCY_CACHE_MISSING:
    'This machine holds no complete emergency data and the server was not reached, so nothing can be looked up yet. Connect to the network and synchronise.',
  EMERGENCY_CACHE_DAMAGED:
    'The emergency data on this machine are damaged or were changed; none of them is shown. Connect to the network to receive them anew.',
  EMERGENCY_LEVEL:
    'Emergency level {{level}} is in force: this is not done until it is lifted. The security page says what it does and who set it.',
  EMERGENCY_LEVEL_REFUSED:
    'Not changed: what the centre ordered is lifted by the centre alone, and there is nothing to lift where nothing was set here.',
  EXPORT_EMPTY: 'The scope holds no certificate; nothing was started. Widen the scope.',
  EXPORT_ENDED_BY_LEVEL:
    'An emergency level came into force meanwhile: no data of people leave this machine, so the export was ended and no file is left. Export again once it is lifted; the security page says who set it.',
  EXPORT_TOO_LARGE:
    '{{count}} rows are more than the limit of {{limit}}; nothing was started. Narrow the scope.',
  EXPORT_NOT_ALLOWED:
    'The rules of the office do not allow this purpose or this way of confirming; nothing was started. Choose another, or ask the security administrator.',
  EXPORT_QUOTA:
    '{{count}} records are more than the {{left}} that your quota has left; nothing was started. Narrow the scope or wait.',
  EXPORT_TICKET_GONE:
    'This permit is not on the device, or was used, ended or withdrawn; nothing was signed and no file was left. Use another.',
  EXPORT_TICKET_NEWER:
    'This permit was issued by a newer centre and says what this program does not know; nothing was signed and no file was left. Update this program; the permit can be used until it ends.',
  EXPORT_TICKET_UNFIT:
    'This permit does not cover the scope, purpose, number of records or template; nothing was started. Narrow the scope, choose another template or another permit.',
  EXPORT_TICKET_FORM:
    'The chosen template was made or changed after this permit was issued, which does not cover it as it is now; nothing was started and the permit is not used up. Synchronise and try again; if it stays, choose another template, a permit issued since, a code by SMS, or ask for approval.',
  EXPORT_CODE_FORM:
    'A character of the code is wrong or missing; compare with the sheet and type it again. No try was counted.',
  EXPORT_CODE_TRIES:
    'Too many wrong codes within an hour. Try again in {{minutes}} min, or use another way.',
  EXPORT_NOT_APPROVED:
    'Nobody has consented to this request, or it was refused; it cannot be exported.',
  EXPORT_STOPPED: 'The export stopped before sealing and left no file. Start it again.',
  EXPORT_MARKS_CHANGED:
    'Certificates were marked as under verification, or released, while this was being exported. Nothing left the office and no file was left. Export again; a permit that was used up has to be asked for anew.',
  RECORD_MARKS_CHANGED:
    'Certificates were marked as under verification, or released, while the record was being made. No file was left. Make it again.',
  EXPORT_SELF_CHECK:
    'The finished package did not verify and was thrown away. Export again; if it repeats, check the U-Key.',
  EXPORT_TARGET: 'The chosen folder cannot be written; no file was left. Choose another folder.',
  EXPORT_NEEDS_RECIPIENT:
    'This template leaves encrypted only. Choose the certificate of a recipient.',
  RECIPIENT_UNREADABLE: '{{name}} holds no certificate. Ask the recipient for it as .cer or .pem.',
  RECIPIENT_UNFIT: 'Nothing can be encrypted to the chosen certificate. Choose it again.',
  PACKAGE_UNREADABLE:
    'This is not a FieldCert package; the file is unchanged. Choose the .zip that you were given.',
  VERIFY_TOO_LONG:
    'Checking {{name}} took too long and was given up; nothing is proven and the file is unchanged. Do not rely on it. Copy it to a disk of this computer and try once more; if it repeats, report it.',
  VERIFY_ENDED:
    'The checker stopped while it read {{name}}; nothing is proven and the file is unchanged. Do not rely on it. Try once more; if it repeats, report it.',
  JOBS_CRASHED: 'The document service stopped and left no file. Start again.',
  TOKEN_NONE: 'No U-Key found; nothing was signed. Insert the U-Key.',
  TOKEN_REMOVED:
    'The U-Key was pulled out; the unfinished files were thrown away. Insert it and enter the PIN again.',
  TOKEN_PIN_WRONG:
    'The PIN is wrong, tries left: {{triesLeft}}; then the U-Key locks. Check it and try again.',
  TOKEN_PIN_LAST_TRY:
    'One try at the PIN is left, so it was not given to the U-Key. A wrong one locks the key, and only its issuer can unlock it; type it once more within two minutes if you are sure.',
  TOKEN_PIN_LOCKED:
    'The PIN is locked; nothing was signed. Have it unlocked by the issuing office.',
  TOKEN_LIBRARY_MISSING:
    "The U-Key's driver is not installed ({{library}}); nothing was signed. Install it and try again.",
  TOKEN_LIBRARY_UNUSABLE:
    "The U-Key's driver is installed but does not load: it may be for 32 bits instead of 64, or damaged. Install the one that fits this program and try again.",
  TOKEN_CERTIFICATE_UNUSABLE:
    'The certificate is expired, not yet valid or not for signing; nothing was signed. Choose another or renew it.',
  TOKEN_NO_CERTIFICATE:
    'The U-Key holds no signing certificate; nothing was signed. Have one issued.',
  TOKEN_TIMEOUT:
    'The U-Key did not answer; nothing was signed. Pull it out, insert it and try again.',
  TOKEN_FAILED:
    "The U-Key's driver reports a failure ({{layer}}); nothing was signed. Try again or run the diagnostics.",
  DEVICE_CRASHED: 'The U-Key service stopped; nothing was signed. Try again.',
  RULE_PACK_REFUSED:
    'The rule pack {{pack}} did not verify; the former one stays in force. Report it.',
  BACKUP_NO_PLACE:
    'No place for backups has been chosen on this device. Choose a folder or a stick.',
  BACKUP_PLACE_MISSING:
    'The backup place is not there, or another medium is in its stead. Plug it in and try again, or choose another place. Former backups are untouched.',
  BACKUP_SOURCE_DAMAGED:
    'Page {{page}} of {{file}} is damaged. Nothing was backed up; former backups stay. Restore the last good backup or synchronise anew.',
  BACKUP_SOURCE_BUSY:
    'An export or check is reading the data for a long time. Repeat the backup when it has ended.',
  BACKUP_ALTERED:
    'The file {{file}} of the backup was altered or damaged and was not used. Choose another backup.',
  BACKUP_INCOMPLETE:
    'The backup is incomplete: {{file}} is missing. Bring the whole backup folder together, or choose another backup.',
  BACKUP_FROM_FUTURE:
    'The backup was made by a newer version ({{program}}). Install that version, then restore.',
  BACKUP_OTHER_OFFICE:
    'The backup belongs to another office ({{office}}) and cannot be restored here.',
  BACKUP_KEY_WRONG:
    'The keys at hand do not open this backup, or its list was altered. Choose another backup of this office.',
  BACKUP_CHECK_FAILED:
    'The backup opens, but its content differs from what was recorded ({{what}}). Choose another one and make a new full backup.',
  RESTORE_WAITING:
    'The restored data is complete but cannot take its place yet; both the new and the former data are kept. Close the program and start it again: the restore then finishes.',
  SAVED_FULL:
    'You have {{limit}} saved items, the most there may be; nothing was saved. Remove some first.',
  SAVED_GONE:
    'This item was removed or changed meanwhile; nothing was changed. Look at the list again.',
  SEALED_VALUE_ALTERED:
    'What was written here was changed in the journal, or moved from another place. It stays as it lies and was not used. Tell the auditor, and write it anew.',
  OUTBOX_ITEM_SETTLED:
    'This report was dealt with already; nothing was changed. Look at the list again.',
  OUTBOX_DIFFERS:
    'The copy of the waiting reports does not fit the journal; nothing was recorded and both files are unchanged. Hand outbox.sealed in at the centre.',
  BUNDLE_NOT_ONE:
    '{{name}} is no bundle; it was not used. Choose the bundle that the centre handed out.',
  BUNDLE_NEWER:
    '{{name}} was made by a newer program; it was not used. Update this program, or have it made for this version.',
  BUNDLE_CUT:
    '{{name}} is not whole, perhaps not copied to its end; it was not used. Copy it again.',
  BUNDLE_FORGED:
    "{{name}} is not signed by this office's server; it was not used. Do not use it, and report it.",
  BUNDLE_ALTERED:
    '{{name}} was altered or is damaged; it was not used and the data here did not change. Copy it again, or have it made anew.',
  BUNDLE_OTHER_OFFICE:
    'The bundle belongs to another office ({{office}}); it was not used. Choose the one of this office.',
  BUNDLE_OTHER_DEVICE:
    'The bundle was made for another device ({{device}}); it was not used. Choose the one for this device.',
  BUNDLE_VOLUME_MISSING:
    'The bundle has {{count}} files, number {{volumes}} is missing; it was not used. Copy all files into one folder.',
  BUNDLE_MIXED:
    'The folder mixes files of different bundles; of the chosen one number {{volumes}} is missing. Put all files of one bundle into a folder of their own.',
  BUNDLE_OLDER:
    'The data here are newer than the bundle; it was not used. Ask the centre for a newer one where needed.',
  BUNDLE_OLDER_THAN_SEEN:
    'The bundle is older than the data this device had; it was not used, so that revoked certificates do not read as valid. Connect to the server, or ask the centre for a new bundle.',
  BUNDLE_PREREQUISITE:
    'The bundle continues from change {{from}}, this device is at {{have}}; it was not used. Import the bundle before it first, or have one made for this state.',
  BUNDLE_MENDS_NOT:
    'Some data here differ from what the server signed, and this bundle cannot mend them; the data stay. Export to a stick and hand it to the centre: the bundle it makes next mends them. Or connect to the server.',
  BUNDLE_NEEDS_FULL:
    'The bundle brings changes only and this device lacks what they build on; the data here did not change. Ask for a full bundle.',
  BUNDLE_GONE:
    '{{name}} cannot be read; the stick may have been taken out. What was written stays. Plug it in and choose the file again.',
  ATTACHMENT_MISSING:
    'The centre does not have the contents of this attachment; the record is not affected. Tell the centre, then try again.',
  TABLE_UNREADABLE:
    '{{name}} cannot be read: it was moved or changed, or its drive is gone. See where it is and choose it again.',
  TABLE_LOCKED:
    'Another program has {{name}} for itself; nothing was taken. Close it there and choose it again.',
  TABLE_DENIED:
    'You may not read {{name}}. Have the right given, or copy it into a folder of your own and choose that.',
  TABLE_SILENT:
    'The drive with {{name}} gave no answer for 10 seconds; nothing was taken. Copy it onto this machine and choose the copy.',
  TABLE_CHANGED:
    '{{name}} was written to while it was read; nothing was taken. Wait until it is saved and choose it again.',
  TABLE_NOT_ONE: '{{name}} is no list. Save it as .xlsx or .csv and choose that file.',
  TABLE_ENCRYPTED:
    '{{name}} has a password or is an old .xls. Save it as .xlsx without a password.',
  TABLE_MACROS:
    '{{name}} has macros; none was run and nothing was read. Save it as .xlsx and choose that.',
  TABLE_TOO_LARGE:
    '{{name}} has more than 200,000 rows or too much text. Divide it into several lists.',
  TABLE_BOMB:
    '{{name}} unpacks to far more than a list can be; it was not read. Do not open it elsewhere; ask for a plain list.',
  TABLE_QUOTES:
    '{{name}}: a quotation mark in row {{line}} has no partner, so the rows after it cannot be told apart. Nothing was taken; mend that row, or save the list as .xlsx.',
  TABLE_DAMAGED: '{{name}} is damaged or incomplete. Have it sent again, or save it anew.',
  TABLE_EMPTY: 'The first sheet of {{name}} has no rows. Put the list into the first sheet.',
  TABLE_COLUMNS: 'No column was named for ID numbers or certificate numbers. Name one first.',
  TABLE_CLOSED: 'The list is not open any more. Choose it again.',
  BATCH_OUTDATED:
    '{{count}} rows that were in force when the list was checked are not any more, or are under verification. Nothing was saved. Check the list again.',
  BATCH_GONE: "That check was undone, or is somebody else's.",
  EVIDENCE_TYPE:
    'The chosen file is no sound JPEG, PNG or PDF, or its picture is too large; it was not attached. Choose another.',
  EVIDENCE_TOO_LARGE:
    'The file, or all that waits to be sent, is larger than {{limitMb}} MB; it was not attached. Choose a smaller one, or let what waits be sent.',
  EVIDENCE_GONE: 'The chosen file is not at hand any more. Choose it again.',
  SCAN_PICTURE_TYPE:
    'The file is no JPEG or PNG picture. Take a photograph of the code; nothing was kept.',
  SCAN_PICTURE_TOO_LARGE: 'The picture is too large. Take a smaller one, of the code alone.',
  SCAN_PICTURE_DAMAGED: 'The picture cannot be read. Take another one, or type the number.',
  SCAN_ASK_GONE: 'What was scanned is not at hand any more. Scan it again, then ask.',
  AGREEMENT_NEEDED: 'Sign the user agreement (version {{version}}) on the Security page first.',
  GRANT_REQUEST_GONE: 'The centre no longer has this request. Synchronise and look at the list.',
  GRANT_GONE:
    "The grant is over, was taken back or is another person's; its data were destroyed. Ask anew where it is still needed.",
  GRANT_NOT_FOR: 'The grant does not name this. Ask anew and name it where it is needed.',
  GRANT_NOT_OPEN:
    'The granted data are not on this device or cannot be opened. Fetch them again while the grant lasts.',
  AGREEMENT_SIGNED: 'You have signed version {{version}} of the user agreement already.',
  SITE_NONE_OPEN: 'No visit is open. Begin one first.',
  SITE_FULL:
    'The limit of {{limit}} is reached. Close the visit and begin another, or remove finished entries.',
  SITE_GONE: 'The entry is not there any more. Look at the list again.',
  VISITS_MOVING:
    'The list kept changing while it was read; nothing was added. Try again when synchronising has ended.',
  IMPORT_COLUMNS:
    'The list lacks these columns: {{columns}}. Use the headings of the template, then choose it again.',
  IMPORT_TOO_LONG: 'The list is too long: {{most}} rows at a time. Hand it in in parts.',
  IMPORT_NOTHING: 'No row can be handed in. Correct the list as shown and choose it again.',
  IMPORT_GONE: 'There is no such request. Open the list again.',
  UPDATE_UNREACHABLE:
    'The update server does not answer or the line broke again and again. What had arrived is kept; try later or use a stick.',
  UPDATE_TOO_SLOW:
    'The network is too slow for the update. What had arrived is kept; try later or use a stick.',
  UPDATE_REDIRECTED:
    'The request for updates was sent on to another address and stopped there. Log in to the network if it asks for that; otherwise tell the system administrator.',
  UPDATE_REFUSED:
    'What was offered is not genuine, has expired, or is older than what was seen before. Install nothing from there and tell the system administrator.',
  UPDATE_FILE_DAMAGED:
    'The file is not the one that was released and was removed. Fetch it again; if that happens again, tell the system administrator.',
  UPDATE_NO_RELEASES:
    'There is no update in that place. On a stick, choose the folder that holds metadata and files; if it is the update server, tell the system administrator.',
  STATISTICS_BUDGET:
    'Only {{left}} of this device’s privacy budget of {{year}} is left; no figure was released. Choose a smaller ε or ask the centre for more; a new budget begins on 1 January.',
  STATISTICS_NO_SHARE:
    'The centre has given this device no privacy budget for {{year}}; no figure was released. Synchronise first, twice after a restore; if there is still none, ask the centre for a share.',
  STATISTICS_CLOCK:
    'The clock shows a year before one that statistics were released in; no figure was released. Set the clock right and synchronise.',
  STATISTICS_LIMIT:
    'Too many tables were counted within the hour; no figure was released. Try again in {{minutes}} minutes.',
  STATISTICS_GONE:
    'This table is not in memory any more and was not saved. Release it again: the same data costs nothing.',
  ACTS_SESSION:
    'The centre knows of no login at this desk (twenty minutes are over, or it was started anew). Nothing was done: log in to the centre again.',
  ACTS_NOT_ADMIN:
    'This U-Key is no registered administrator’s. Nothing was done: use the registered key, or have two administrators add this one.',
  ACTS_EXPIRED:
    'The administrator’s certificate is not in force. Nothing was done: log in with the renewed one and ask for its renewal.',
  ACTS_OWN:
    'You asked for this act, so you cannot countersign it. Have another administrator sign it at their own desk.',
  ACTS_SIGNATURE:
    'The centre did not accept the signature. Nothing was done: refresh the list and sign again; if it stays, compare the clock.',
  ACTS_GONE:
    'The act was decided, taken back, or its seven days are over. Refresh the list; ask anew where it is still needed.',
  ACTS_ALTERED:
    'What the centre has is not what was asked or signed first. Nothing was signed: do not sign, and call whoever runs the centre.',
  ACTS_INVALID:
    'This is no valid act, or too long to be shown whole in the signing window. Nothing was asked: correct it, or sign it as a file.',
};
