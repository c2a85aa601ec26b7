From Derivlab Require Import Certificate.
Open Scope R_scope.

(** gradient by W *)
Definition z (d : nat) (c : nat -> R) (W : nat -> nat -> R) (x : nat -> R) (i : nat) : R :=
  c i + bsum d (fun j => (W i j) * (x j)).
Definition p (N : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum N (fun k => exp (z k)))).
Definition J (N : nat) (p : nat -> R) : R :=
  bsum N (fun i => ln (p i)).
Theorem gradient_by_w : forall (N d : nat) (W : nat -> nat -> R) (x : nat -> R) (c : nat -> R) (i j : nat),
  (0 < N)%nat ->
  (0 < d)%nat ->
  (i < N)%nat ->
  (j < d)%nat ->
  is_derive (fun t => J N (p N (z d c (upd2 W i j t) x))) (W i j)
    ((1 + (-1) * (INR N) * (p N (z d c W x) i)) * (x j)).
Proof.
  intros N d W x c i j Hsize_N Hsize_d Hin_i Hin_j.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => N | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => W a_ b_ | 1%nat, [a_] => x a_ | 2%nat, [a_] => c a_ | _, _ => 0 end)
    ([0; 1; 0; 1]%nat : list nat) ([i; j; 0; 0]%nat : list nat)
    ([] : list premise)
    ([] : list equation)
    ([] : list definition)
    0%nat ([0; 1]%nat : list nat)
    (Sum 0 (Ln (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0]))))))))))%nat
    (Mul (Add (Num 1) (Mul (Mul (Num (-1)) (Len 0)) (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [1; 0]) (Ten 1 [0])))))))))) (Ten 1 [1]))%nat.
Qed.
