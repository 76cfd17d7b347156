// The parts of Tiptap and ProseMirror that public/js/editor uses. What is not named
// here is left out of the bundle.
export {
  Editor, Extension, Mark, Node, markInputRule, nodeInputRule, textblockTypeInputRule, wrappingInputRule,
} from "@tiptap/core";
export { chainCommands, createParagraphNear, exitCode, liftEmptyBlock, newlineInCode, splitBlock } from "@tiptap/pm/commands";
export { dropCursor } from "@tiptap/pm/dropcursor";
export { GapCursor, gapCursor } from "@tiptap/pm/gapcursor";
export { closeHistory, history, redo, redoDepth, undo, undoDepth } from "@tiptap/pm/history";
export { keymap } from "@tiptap/pm/keymap";
export { DOMParser, DOMSerializer, Fragment, Slice } from "@tiptap/pm/model";
export { NodeSelection, Plugin, PluginKey, Selection, TextSelection } from "@tiptap/pm/state";
export {
  addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable, goToNextCell,
  isInTable, mergeCells, splitCell, tableEditing, toggleHeaderRow,
} from "@tiptap/pm/tables";
export { Decoration, DecorationSet } from "@tiptap/pm/view";
